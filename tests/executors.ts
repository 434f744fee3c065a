/** What executes a gateway's operations. What is enforced before is the same for both: its tests run with each. */
export const EXECUTORS = ['compiled', 'apollo'] as const;
