/** What kind of sign a line of text is. */
export type TextSign = 'attack-request' | 'dropper' | 'miner' | 'secret';

const ATTACK_REQUEST =
  /"(?:GET|POST|PUT|HEAD|OPTIONS)\s[^"]*(?:\.\.\/|%2e%2e|\.%2e|%252e|\$(?:\{|%7b)jndi|%24%7bjndi|\/\.env\b|\/\.git\/|\/\.aws\/|cgi-bin\/.*(?:sh|cmd)|[?&](?:cmd|c|exec|command|q|x)=(?:id|whoami|uname|ls|cat|wget|curl|nc|bash|sh|python|echo|%)|wget[+%\s]|curl[+%\s]|\/etc\/passwd|union[+%\s]+select|base64_decode|phpunit|eval-stdin|allow_url_include|\/shell\b|autodiscover\.json|\/boaform|\/actuator\/gateway|struts|ognl)/i;
const DROPPER =
  /dropper|(?:curl|wget)\s[^|]*\|\s*(?:ba)?sh|\bchmod\s+\+x\s+\/(?:tmp|var\/tmp|dev\/shm)\/|>\s*\/(?:tmp|var\/tmp|dev\/shm)\/\S+;\s*chmod|\/dev\/tcp\/|nohup\s+\/(?:tmp|var\/tmp|dev\/shm)\/|^C2=|\bbash -i >&/i;
const MINER = /stratum\+|\bxmrig\b|"method":\s*"(?:login|mining\.\w+)"|donate-level|randomx|\bwallet=|cryptonight/i;
const SECRET =
  /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bASIA[0-9A-Z]{16}\b|aws_secret_access_key|\b(?:deploy|private|secret|api)[ _-]?key\b/i;

/** The sign a line is, most telling first; undefined for ordinary text. */
export function tellingText(text: string): TextSign | undefined {
  if (ATTACK_REQUEST.test(text)) return 'attack-request';
  if (DROPPER.test(text)) return 'dropper';
  if (MINER.test(text)) return 'miner';
  return SECRET.test(text) ? 'secret' : undefined;
}
