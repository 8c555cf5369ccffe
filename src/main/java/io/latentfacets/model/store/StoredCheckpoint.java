/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import java.util.List;
import java.util.Map;

/**
 * A checkpoint as the store returns it.
 *
 * @param content the checkpoint, in the reader's type
 * @param history one map per epoch that had ended
 */
public record StoredCheckpoint<T>(T content, List<Map<String, Object>> history) {}
