// Makes the virtual environment in which the end-to-end tests find their AWS API.
import { environmentOf } from './python.mjs';

environmentOf({ requirements: 'requirements/emulators.txt', folder: '.venv', what: 'the emulated AWS API', whom: 'the end-to-end tests' });
