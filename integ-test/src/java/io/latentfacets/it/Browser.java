/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium with a profile of its own, driven by the chromedriver beside it. Elements are found by their
 * {@code data-test}. Not thread-safe.
 */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    private final ChromeDriver driver;
    private final Path profile;

    private Browser(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
    }

    /** Starts a browser; empty if this machine has no Chromium or no chromedriver. */
    static Optional<Browser> start() {
        Optional<File> chromium =
                BROWSERS.stream().flatMap(name -> onPath(name).stream()).findFirst();
        Optional<File> chromedriver = onPath("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path profile = Files.createTempDirectory("browser");
            ChromeOptions options = new ChromeOptions();
            options.setBinary(chromium.get());
            options.addArguments(
                    "--headless=new",
                    "--no-sandbox", // it may run as root, and opens pages of this test only
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--lang=en-US",
                    "--window-size=1280,900",
                    "--user-data-dir=" + profile);
            LoggingPreferences logs = new LoggingPreferences();
            logs.enable(LogType.BROWSER, Level.ALL);
            options.setCapability("goog:loggingPrefs", logs);
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(chromedriver.get())
                    .usingAnyFreePort()
                    .build();
            return Optional.of(new Browser(new ChromeDriver(service, options), profile));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<File> onPath(String program) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            File file = new File(directory, program);
            if (file.canExecute()) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        driver.quit();
        try (var files = Files.walk(profile)) {
            files.sorted((one, other) -> other.compareTo(one))
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void open(String url) {
        driver.get(url);
    }

    /** Forgets every file that it has loaded. */
    void forget() {
        driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
    }

    void back() {
        driver.navigate().back();
    }

    void reload() {
        driver.navigate().refresh();
    }

    String url() {
        return driver.getCurrentUrl();
    }

    /** Sets the size of the page itself, and the theme that the system is said to prefer. */
    void device(int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        driver.manage().window().setSize(new Dimension(Math.max(500, width), height));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Waits until a condition holds: something that is neither null nor false. */
    <T> T await(String what, Supplier<T> condition) {
        AtomicReference<T> value = new AtomicReference<>();
        Await.until(PATIENCE, what, () -> {
            try {
                value.set(condition.get());
            } catch (StaleElementReferenceException e) {
                return false; // the page has been rendered again
            }
            return value.get() != null && !Boolean.FALSE.equals(value.get());
        });
        return value.get();
    }

    /** All elements of this name that are visible now. */
    List<WebElement> all(String name) {
        return driver.findElements(By.cssSelector("[data-test=\"" + name + "\"]")).stream()
                .filter(WebElement::isDisplayed)
                .toList();
    }

    /** Waits for the first visible element of this name. */
    WebElement one(String name) {
        return await("[" + name + "] is on the page " + url(), () -> {
            List<WebElement> found = all(name);
            return found.isEmpty() ? null : found.get(0);
        });
    }

    void click(String name) {
        await("[" + name + "] takes a click", () -> {
            one(name).click();
            return true;
        });
    }

    String text(String name) {
        return await("[" + name + "] has a text", () -> one(name).getText());
    }

    String attribute(String name, String attribute) {
        return await("[" + name + "] has " + attribute, () -> one(name).getDomAttribute(attribute));
    }

    /** Replaces what an input holds. */
    void type(String name, String text) {
        WebElement input = one(name);
        input.click();
        input.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
        input.sendKeys(text);
    }

    /** Chooses an option of a list by its value. */
    void choose(String name, String value) {
        await("[" + name + "] offers " + value, () -> {
            List<WebElement> found = one(name).findElements(By.cssSelector("option")).stream()
                    .filter(option -> value.equals(option.getDomProperty("value")))
                    .toList();
            if (found.isEmpty()) {
                return null;
            }
            found.get(0).click();
            return true;
        });
    }

    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Drags over an element, along points relative to its middle. */
    void drag(String name, int[]... points) {
        WebElement element = one(name);
        Actions actions = new Actions(driver)
                .moveToElement(element, points[0][0], points[0][1])
                .clickAndHold();
        for (int i = 1; i < points.length; i++) {
            actions.moveToElement(element, points[i][0], points[i][1]);
        }
        actions.release().perform();
    }

    void hover(String name, int x, int y) {
        new Actions(driver).moveToElement(one(name), x, y).perform();
    }

    /** Runs a script and returns what it returns. */
    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Runs a script that ends by a call of its last argument. */
    Object asynchronous(String script, Object... arguments) {
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        return driver.executeAsyncScript(script, arguments);
    }

    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    /** What the browser has complained of since the last call: errors of scripts, of the policy, failed requests. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    void screenshot(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
