/** The function `perimeter-directory`: runs every six hours and when the organization changes, and writes the list of its accounts. */
import { writeDirectory } from '../lib/aws/directory-writer';
import { decodeDirectorySettings } from '../lib/handlers/settings';

/** Whatever the event says, the organization is listed anew. A failure is thrown, so that the runtime tries again and then keeps the event. */
export async function handler(): Promise<object> {
  const { directory, organizationsRegion } = decodeDirectorySettings(Reflect.get(globalThis, 'PERIMETER'));
  const written = await writeDirectory(directory, organizationsRegion);
  const line = { level: 'INFO', message: 'directory', timestamp: new Date().toISOString(), service: 'perimeter', ...written };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  return written;
}
