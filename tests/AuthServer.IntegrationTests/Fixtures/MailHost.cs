using System.Globalization;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A server whose mails go to a mail server of the tests.</summary>
public abstract class MailHost(DatabaseKind kind) : HostFixture(kind)
{
    public const string Sender = "id@example.com";

    public MailServer Mail { get; } = MailServer.Start();

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return setup with
        {
            Settings = new Dictionary<string, string>(setup.Settings)
            {
                ["SMTP_URL"] = string.Create(CultureInfo.InvariantCulture, $"smtp://127.0.0.1:{Mail.Port}?tls=none"),
                ["EMAIL_FROM"] = $"Example <{Sender}>",
                ["EMAIL_REPLY_TO"] = "help@example.com",
                ["BRAND_NAME"] = "Example",
                // Other mails than those that the tests speak of.
                ["EMAIL_CONFIRMATION"] = "off",
            },
        };
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Mail.DisposeAsync();
    }
}

public sealed class SqliteMailHost() : MailHost(DatabaseKind.Sqlite);

public sealed class PostgresMailHost() : MailHost(DatabaseKind.Postgres);
