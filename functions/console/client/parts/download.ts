/** Save a file or a value as a file of the reader's: a link to it, which is followed and forgotten. */
export function download(name: string, value: unknown): void {
  const file = value instanceof Blob ? value : new Blob([JSON.stringify(value, null, 2)], { type: "application/json" });
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
