/** I/O: the {@code deepstream} dialect (spec: dialect-deepstream). */
@NullMarked
package io.holdfast.server.dialect.deepstream;

import org.jspecify.annotations.NullMarked;
