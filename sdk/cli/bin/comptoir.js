#!/usr/bin/env node
import '../dist/comptoir.js';
