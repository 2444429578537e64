namespace AuthServer.Telemetry;

/// <summary>Whose figures are shown.</summary>
internal static class Meters
{
    public static readonly string[] All =
    [
        AuthMeter.Name,
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Npgsql",
        "System.Net.Http",
        "System.Runtime",
    ];
}
