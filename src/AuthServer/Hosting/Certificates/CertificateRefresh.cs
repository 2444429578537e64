using AuthServer.Configuration;
using AuthServer.Doctor;

namespace AuthServer.Hosting.Certificates;

/// <summary>Follows the files of the certificate, so that a renewed one is used without a restart.</summary>
public sealed partial class CertificateRefresh(
    CurrentCertificate current, TimeProvider time, ILogger<CertificateRefresh> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // The two files are written one after the other: what was not the same a moment ago may be half of a pair.
    private string _seen = current.Now.Digest;
    private string _told = "";
    private (Verdict Verdict, bool IsOver) _toldOfEnd;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) Follow();
    }

    internal void Follow()
    {
        var now = time.GetUtcNow();
        RenewLocal(now);
        TellOfEnd(now);
        var digest = current.Files.Digest();
        if (digest == current.Now.Digest)
        {
            // The former files are back.
            if (digest != _seen) (_seen, _told) = (digest, "");
            return;
        }
        if (digest != _seen)
        {
            _seen = digest;
            return;
        }
        var problems = new SettingProblems();
        if (current.Files.Read(now, problems) is { } renewed)
        {
            current.Now = renewed;
            _told = "";
            LogRenewed(log, renewed.Leaf.Subject, renewed.ValidUntil);
        }
        else Tell(string.Join("; ", problems.Lines));
    }

    /// <summary>When 30 days are left, when 7 are left, and at the end: not at each look.</summary>
    private void TellOfEnd(DateTimeOffset now)
    {
        // The one made on this machine is renewed by itself.
        var life = CertificateLife.Of(CertificateFiles.ChainKey, current.Now.ValidUntil, now, "renew it; the server follows the files");
        var step = (life.Verdict, IsOver: current.Now.ValidUntil <= now);
        var isTold = step.CompareTo(_toldOfEnd) <= 0 || current.Local is not null;
        _toldOfEnd = step;
        if (isTold) return;
        if (life.Verdict == Verdict.Wrong) LogUrgent(log, life.What, life.Cure!);
        else if (life.Verdict == Verdict.Warning) LogSoon(log, life.What, life.Cure!);
    }

    private void RenewLocal(DateTimeOffset now)
    {
        try
        {
            current.Local?.RenewInTime(now, current.Now.ValidUntil);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StartRefusedException)
        {
            Tell(e.Message);
        }
    }

    /// <summary>Once, not at each look.</summary>
    private void Tell(string reason)
    {
        if (reason == _told) return;
        _told = reason;
        LogKept(log, reason);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "New connections get the renewed certificate of {Subject}, valid until {Until:u}")]
    private static partial void LogRenewed(ILogger logger, string subject, DateTimeOffset until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What}: {Cure}")]
    private static partial void LogSoon(ILogger logger, string what, string cure);

    [LoggerMessage(Level = LogLevel.Error, Message = "{What}: {Cure}")]
    private static partial void LogUrgent(ILogger logger, string what, string cure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The former certificate stays in use: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
