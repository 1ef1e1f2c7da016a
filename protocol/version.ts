/** Version of the browser–server contract. A browser that speaks another version is told to reload. */
export const protocolVersion = 1;
