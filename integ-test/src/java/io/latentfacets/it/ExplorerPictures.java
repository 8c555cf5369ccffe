/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.nio.file.Path;
import org.openqa.selenium.Keys;

/**
 * Makes the pictures of the README from the node of a running {@code ./demo}. Arguments: the node's address and the
 * directory for the pictures.
 */
public final class ExplorerPictures {
    private static final String MODEL = "javadoc";
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;

    private ExplorerPictures() {}

    public static void main(String[] args) {
        String page = args[0] + "/_plugins/_latent/ui/#/";
        Path directory = Path.of(args[1]);
        String model = args.length > 2 ? args[2] : MODEL;
        try (Browser browser = Browser.start()
                .orElseThrow(() -> new IllegalStateException("this needs a Chromium with its chromedriver"))) {
            browser.device(WIDTH, HEIGHT, false);
            browser.open(page + "search?model=" + model + "&q=connection");
            settle(browser, "facet");
            browser.screenshot(directory.resolve("explorer-search.png"));

            browser.open("about:blank");
            browser.open(page + "map?model=" + model);
            settle(browser, "map-total");
            browser.await("cells of the map", () -> !browser.attribute("map", "data-cells")
                    .equals("0"));
            browser.screenshot(directory.resolve("explorer-map.png"));

            browser.device(WIDTH, HEIGHT, true);
            browser.type("query", "connection" + Keys.ENTER);
            settle(browser, "map-total");
            browser.screenshot(directory.resolve("explorer-map-search.png"));
        }
    }

    private static void settle(Browser browser, String name) {
        browser.one(name);
        browser.await("nothing loads", () -> browser.all("loading").isEmpty());
        browser.asynchronous("const done = arguments[arguments.length - 1]; setTimeout(done, 1500)");
    }
}
