/** Entry of `npm start`. */
import { runCommand } from './command.js';
import { main } from './start/main.js';

await runCommand(main);
