/** Where the repository is: `bin/heliograph` says it to every process it starts; tests run in it. */
export const rootFolder: string = process.env.HELIOGRAPH_ROOT ?? process.cwd();
