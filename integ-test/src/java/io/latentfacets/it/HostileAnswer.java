/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

/**
 * The answer to a request of {@link HostileRequestsIT}.
 *
 * @param millis how long the answer took, in milliseconds
 * @param tries how often the request was sent, because the heap was full of garbage
 */
record HostileAnswer(HostileRequest request, Rest.Response response, long millis, int tries) {
    private static final int SHOWN = 700;

    @Override
    public String toString() {
        String text = response.text();
        return request + "\n    " + response.status() + " in " + millis + " ms: "
                + text.substring(0, Math.min(text.length(), SHOWN));
    }
}
