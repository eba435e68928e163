/** I/O: black-box tests, and the test vectors shared by clients in all languages. */
@NullMarked
package io.holdfast.conformance;

import org.jspecify.annotations.NullMarked;
