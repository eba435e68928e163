/** Servers that are not ours, for our client: good ones, and some that lie. */
@org.jspecify.annotations.NullMarked
package io.holdfast.conformance.foreign;
