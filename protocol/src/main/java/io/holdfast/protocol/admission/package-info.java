/**
 * Pure: who may connect (spec: dialect-bot, limits). {@link
 * io.holdfast.protocol.admission.ConnectionAdmission} is asked first and told how it went on.
 */
@NullMarked
package io.holdfast.protocol.admission;

import org.jspecify.annotations.NullMarked;
