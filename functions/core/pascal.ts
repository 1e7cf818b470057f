/** `remove-persistence` or `sla_contain` → `RemovePersistence`, `SlaContain`: as CloudFormation and CloudWatch name things. */
export const pascal = (id: string): string =>
  id
    .split(/[-_]/)
    .map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)
    .join('');
