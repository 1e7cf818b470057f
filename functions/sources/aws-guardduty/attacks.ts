/** Turns a GuardDuty finding type into the ATT&CK techniques that it is evidence of. @see GuardDuty User Guide, "Finding types" */
import { ATTACK_VERSION, currentTechnique, type Tactic, tacticOf, techniqueById } from '../../core/attack/attack.ts';
import type { JsonObject } from '../../core/json.ts';
import { objectAt, objectsAt } from './parts.ts';

/** `ThreatPurpose:ResourceType/ThreatFamily.DetectionMechanism!Artifact` begins so → tactic slug and technique ids. First match counts. */
const RULES: readonly (readonly [RegExp, string, ...string[]])[] = [
  [/^CryptoCurrency:|BitcoinTool|CryptoMiner/, 'impact', 'T1496.001'],
  [/DomainGenerationAlgo|\/DGADomain/, 'command-and-control', 'T1568.002'],
  [/DNSDataExfiltration/, 'exfiltration', 'T1048.003'],
  [/C&CActivity\.B!DNS/, 'command-and-control', 'T1071.004'],
  [/C&CActivity/, 'command-and-control', 'T1071'],
  [/^Backdoor:.*DenialOfService/, 'impact', 'T1498'],
  [/TorClient|TorRelay/, 'command-and-control', 'T1090.003'],
  [/^UnauthorizedAccess:.*(SSHBruteForce|RDPBruteForce)/, 'credential-access', 'T1110'],
  [/^CredentialAccess:RDS\/.*BruteForce/, 'credential-access', 'T1110'],
  [/^CredentialAccess:RDS\/.*SuccessfulLogin/, 'initial-access', 'T1078'],
  [/InstanceCredentialExfiltration/, 'credential-access', 'T1552.005'],
  [/MetadataDNSRebind/, 'credential-access', 'T1552.005'],
  [/^UnauthorizedAccess:IAMUser\/(ConsoleLogin|MaliciousIPCaller|TorIPCaller)/, 'initial-access', 'T1078.004'],
  [/^InitialAccess:IAMUser\//, 'initial-access', 'T1078.004'],
  [/PortProbe/, 'reconnaissance', 'T1595'],
  [/^Recon:EC2\/Portscan/, 'discovery', 'T1046'],
  [/^(Recon|Discovery):IAMUser\//, 'discovery', 'T1580'],
  [/^Discovery:S3\//, 'discovery', 'T1619'],
  [/^Discovery:Kubernetes\//, 'discovery', 'T1613'],
  [/^Impact:S3\/.*(Delete|Destruct)/, 'impact', 'T1485'],
  [/CloudTrailLoggingDisabled|^Stealth:S3\/ServerAccessLoggingDisabled/, 'defense-impairment', 'T1685.002'],
  [/^DefenseEvasion:(EC2\/UnusualD|EC2\/UnusualDo[HT])/, 'command-and-control', 'T1071.004'],
  [/^DefenseEvasion:Runtime\/(ProcessInjection|PtraceAntiDebugging)/, 'stealth', 'T1055'],
  [
    /^PrivilegeEscalation:(Kubernetes\/PrivilegedContainer|Runtime\/(ContainerMountsHost|DockerSocket|RuncContainer|CGroups))/,
    'privilege-escalation',
    'T1611',
  ],
  [/^PrivilegeEscalation:IAMUser\//, 'privilege-escalation', 'T1098'],
  [/^Persistence:IAMUser\//, 'persistence', 'T1098'],
  [/^Execution:Kubernetes\/ExecInKubeSystemPod/, 'execution', 'T1609'],
  [/^Execution:Runtime\/ReverseShell/, 'execution', 'T1059.004'],
  [/PhishingDomainRequest/, 'initial-access', 'T1566'],
  [/DriveBySourceTraffic/, 'initial-access', 'T1189'],
];

/** Purposes that name one tactic. Behavior, Object, PenTest, Policy, Trojan and UnauthorizedAccess do not. */
const TACTICS: Readonly<Record<string, string>> = {
  Backdoor: 'command-and-control',
  CredentialAccess: 'credential-access',
  CryptoCurrency: 'impact',
  Discovery: 'discovery',
  Execution: 'execution',
  Exfiltration: 'exfiltration',
  Impact: 'impact',
  InitialAccess: 'initial-access',
  Persistence: 'persistence',
  PrivilegeEscalation: 'privilege-escalation',
};

/** OCSF attacks of a finding type; empty where the type does not say which tactic it is. */
export function attacksOf(type: string): JsonObject[] {
  const [, ruleTactic, ...ids] = RULES.find(([pattern]) => pattern.test(type)) ?? [];
  const purpose = type.slice(0, Math.max(0, type.indexOf(':')));
  const slug = ruleTactic ?? (Object.hasOwn(TACTICS, purpose) ? TACTICS[purpose] : undefined);
  const tactic = slug === undefined ? undefined : tacticOf(slug);
  if (tactic === undefined) return [];
  return ids.length === 0 ? [{ version: ATTACK_VERSION, tactic: tacticObject(tactic) }] : ids.map((id) => attackOf(id, tactic));
}

/** An attack sequence names its techniques itself, in `service.detection.sequence.indicators`. */
export function sequenceAttacks(service: JsonObject): JsonObject[] {
  const indicators = objectsAt(objectAt(service, 'detection', 'sequence'), 'indicators');
  const values = indicators
    .filter(({ key }) => key === 'ATTACK_TECHNIQUE')
    .flatMap(({ values: ids }) => (Array.isArray(ids) ? ids : []));
  return [...new Set(values)].slice(0, 50).flatMap((id) => {
    const technique = typeof id === 'string' ? currentTechnique(id) : undefined;
    if (technique === undefined) return [];
    // Many techniques serve several tactics, and the finding does not say which one was meant.
    const [slug, ...others] = technique.tactics;
    return [attackOf(technique.id, others.length === 0 && slug !== undefined ? tacticOf(slug) : undefined)];
  });
}

const tacticObject = (tactic: Tactic): JsonObject => ({ uid: tactic.id, name: tactic.name });

function attackOf(id: string, tactic: Tactic | undefined): JsonObject {
  const parentId = id.split('.')[0] ?? id;
  const named = (uid: string): JsonObject => ({ uid, name: techniqueById(uid)?.name ?? '' });
  const attack: JsonObject = { version: ATTACK_VERSION, technique: named(parentId) };
  if (tactic !== undefined) attack['tactic'] = tacticObject(tactic);
  if (id !== parentId) attack['sub_technique'] = named(id);
  return attack;
}
