"""Fakes of the services behind channels: real HTTP on loopback, the real protocols, their limits, and faults on demand.

with FakeSlack(clock=time.time) as slack:
    slack.faults.extend(["throttle", "lose_answer"])   # the next two calls; then it answers normally
    slack.secret()                                     # what the program's secret of the channel holds, as a mapping
    slack.visible("C0TEAM")                            # how many messages people see there
"""
