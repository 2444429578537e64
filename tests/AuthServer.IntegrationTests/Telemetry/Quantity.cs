using System.Globalization;

namespace AuthServer.IntegrationTests.Telemetry;

/// <summary>Values in the units of Grafana, as a person reads them.</summary>
internal static class Quantity
{
    public static string Text(double value, string unit) => unit switch
    {
        "percentunit" => Number(value * 100) + " %",
        "reqps" => Number(value) + "/s",
        "bytes" => Bytes(value),
        "s" => Duration(value),
        _ => Number(value),
    };

    /// <summary>The distance of lines of a scale that goes up to a value.</summary>
    public static double Step(double most, string unit)
    {
        if (unit == "bytes") return Step(most / (1 << 20), "") * (1 << 20);
        if (most <= 0) return 1;
        var step = Math.Pow(10, Math.Floor(Math.Log10(most / 2)));
        return new[] { step, 2 * step, 5 * step, 10 * step }.First(candidate => most / candidate <= 3);
    }

    private static string Bytes(double value) => value >= 1 << 20 ? Number(value / (1 << 20)) + " MiB" : Number(value / 1024) + " KiB";

    private static string Duration(double seconds) => seconds switch
    {
        0 => "0",
        < 0.001 => Number(seconds * 1_000_000) + " \u00b5s",
        < 1 => Number(seconds * 1000) + " ms",
        < 120 => Number(seconds) + " s",
        < 7200 => Number(seconds / 60) + " min",
        < 172_800 => Number(seconds / 3600) + " h",
        _ => Number(seconds / 86_400) + " days",
    };

    // Two digits or more that mean something.
    private static string Number(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "0", >= 10 => "0.#", >= 1 => "0.##", _ => "0.###" }, CultureInfo.InvariantCulture);
}
