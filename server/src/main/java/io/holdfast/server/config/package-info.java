/**
 * What an operator can set: one declarative table of keys, read from flags, environment and file
 * into one immutable record per section. Reads files only; starts nothing.
 */
@NullMarked
package io.holdfast.server.config;

import org.jspecify.annotations.NullMarked;
