#!/usr/bin/env node
import '../dist/cli/comptoir.js';
