using System.Globalization;

namespace AuthServer.Doctor;

/// <summary>How near the end of a certificate is.</summary>
public static class CertificateLife
{
    /// <summary>An operator has this long to renew one before it is urgent.</summary>
    public static readonly TimeSpan Warning = TimeSpan.FromDays(30);

    /// <summary>Automatic renewal, which begins weeks before the end, has failed by now.</summary>
    public static readonly TimeSpan Urgent = TimeSpan.FromDays(7);

    /// <param name="name">With its article or its setting: "TLS_CERTIFICATE_FILE".</param>
    public static Finding Of(string name, DateTimeOffset validUntil, DateTimeOffset now, string cure)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{name} is valid until {validUntil.ToUniversalTime():u}");
        var left = validUntil - now;
        if (left <= TimeSpan.Zero) return Finding.Wrong($"{name} has expired at {validUntil.ToUniversalTime():u}", cure);
        text += string.Create(CultureInfo.InvariantCulture, $", {left.TotalDays:0} days from now");
        return left <= Urgent ? Finding.Wrong(text, cure) : left <= Warning ? Finding.Warning(text, cure) : Finding.Ok(text);
    }
}
