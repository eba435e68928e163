/** What {@code holdfast connect} and {@code holdfast send} are made of: a client in a terminal. */
@NullMarked
package io.holdfast.cli.talk;

import org.jspecify.annotations.NullMarked;
