"""The console function: the pages that members and staff see, on the API's own address."""

from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from console.settings import Settings
from infra.function import Commons, Function
from infra.login import Login
from infra.nag_suppressions import accept

ROUTES = ("/", "/console", "/console/{proxy+}")


class Console(Construct):
    """Static files without a layer: it may read nothing. `folder`: its code with the built files."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        folder: Path,
        api: apigateway.HttpApi,
        login: Login,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = Function(
            self,
            "Function",
            name="console",
            commons=commons,
            settings=Settings(
                members_login_url=login.members.domain.base_url(),
                members_client=login.members.browser_client.user_pool_client_id,
                staff_login_url=login.staff.domain.base_url(),
                staff_client=login.staff.browser_client.user_pool_client_id,
            ),
            memory_size=256,
            timeout=Duration.seconds(10),
            folder=folder,
        )
        integration = integrations.HttpLambdaIntegration("Console", self.function)
        for path in ROUTES:
            for route in api.add_routes(path=path, methods=[apigateway.HttpMethod.GET], integration=integration):
                accept(route, "APIG4", because="The page and its files hold no data; whoever opens it then signs in.")
