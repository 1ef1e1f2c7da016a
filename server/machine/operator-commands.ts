/**
 * What an operator of a venue may do beside halts, as a `command` input of scope `venue` whose target is
 * venue + 16 × n: tell the member of its n-th last execution again, or break it; leave its next n + 1 executions out of
 * the drop copy, a fault that real venues have had; or never give the next n acceptances, or answers on the account, on
 * whether orders are taken and on mass cancels (0: all are given again). Of scope `instrument`: a cross begins or ends, in
 * which cancels of the name's orders are refused at every venue, or held until it is over.
 */
export const operatorCommands = {
  repeatExecution: 200,
  breakExecution: 201,
  withholdExecution: 202,
  withholdAcceptance: 203,
  withholdAccount: 204,
  beginCross: 205,
  endCross: 206,
  beginHoldingCross: 207,
} as const;
