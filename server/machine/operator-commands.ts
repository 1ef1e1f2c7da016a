/**
 * What an operator of a venue may do beside halts, as a `command` input of scope `venue` whose target is
 * venue + 16 × n: tell the member of its n-th last execution again, or break it; or leave its next n + 1 executions out of
 * the drop copy, a fault that real venues have had.
 */
export const operatorCommands = { repeatExecution: 200, breakExecution: 201, withholdExecution: 202 } as const;
