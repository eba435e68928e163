package io.holdfast.store;

import java.util.List;

/**
 * A stream as a start finds it.
 *
 * @param head seq of its last message; 0 when it has none yet
 * @param history the end of it, oldest first, without holes, the last ending at {@code head}; may be
 *     empty
 */
public record StreamImage(String name, String epoch, long head, List<StreamBatch> history) {}
