using System.Globalization;

namespace AuthServer.LoadTests.Reporting;

/// <summary>Figures as people read them, with three digits that mean something.</summary>
internal static class Numbers
{
    public static string Short(double value) => value switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
