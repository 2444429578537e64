using System.Net;
using AuthServer.Data.Entities;
using AuthServer.Email.Letters;
using AuthServer.Keys;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A server whose mails a test reads in the outbox: the mail server that it is told of is not there.</summary>
public abstract class MailFixture(DatabaseKind kind) : HostFixture(kind)
{
    private readonly HashSet<Guid> _read = [];

    /// <summary>Limits of mails; most tests must not meet them.</summary>
    protected virtual IReadOnlyDictionary<string, string> Limits { get; } = new Dictionary<string, string>
    {
        ["MAILS_PER_ADDRESS_PER_HOUR"] = "900",
        ["MAILS_PER_MAILBOX_PER_HOUR"] = "900",
        ["CODES_PER_ACCOUNT_PER_DAY"] = "900",
    };

    /// <summary>Settings of registration and confirmation.</summary>
    protected virtual IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string>();

    /// <summary>Makes an account.</summary>
    public async Task<Person> NewPersonAsync(bool confirmed = false, string? firstName = null)
    {
        var person = new Person($"{Guid.CreateVersion7():N}@example.test", "Orange-Kettle-19-Sea");
        await using var scope = Host.Services.CreateAsyncScope();
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<User>>()
            .CreateAsync(new User { Email = person.Email, EmailConfirmed = confirmed, FirstName = firstName }, person.Password);
        Assert.True(made.Succeeded, made.ToString());
        return person;
    }

    /// <summary>The one mail of its kind that the address has got since the last look.</summary>
    public async Task<T> LatestAsync<T>(string to) where T : Letter
    {
        var (id, letter) = Assert.Single(await ReadAsync(to), mail => mail.Letter is T && !_read.Contains(mail.Id));
        _read.Add(id);
        return (T)letter;
    }

    public async Task<IReadOnlyList<T>> AllAsync<T>(string to) where T : Letter =>
        [.. (await ReadAsync(to)).Select(mail => mail.Letter).OfType<T>()];

    public async Task<int> CountAsync(string to) => (await ReadAsync(to)).Count;

    /// <summary>Gives the account of the caller another address, by PUT or PATCH.</summary>
    public static async Task<ApiAnswer> ChangeEmailAsync(ApiClient api, string method, string email)
    {
        ArgumentNullException.ThrowIfNull(api);
        var etag = (await api.GetAsync("/v1/users/me")).ETag;
        var answer = method == "PUT"
            ? await api.PutAsync("/v1/users/me", new { email, first_name = "Ann" }, etag)
            : await api.PatchAsync("/v1/users/me", new { email }, etag);
        return answer.Expect(HttpStatusCode.OK);
    }

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var settings = new Dictionary<string, string>(setup.Settings)
        {
            ["SMTP_URL"] = "smtp://127.0.0.1:9?tls=none",
            ["EMAIL_FROM"] = "id@example.test",
        };
        foreach (var (key, value) in Limits.Concat(Rules)) settings[key] = value;
        return setup with { Settings = settings };
    }

    private async Task<List<(Guid Id, Letter Letter)>> ReadAsync(string to)
    {
        var sealing = Host.Services.GetRequiredService<LetterSealing>();
        var rows = await Host.WithDatabaseAsync(db => db.Mails.AsNoTracking().ToListAsync());
        return [.. from row in rows
                   let text = LetterText.Read(sealing.Open(row.Id, row.SealedLetter))
                   where text.To.Equals(to, StringComparison.OrdinalIgnoreCase) && text.Letter is not null
                   select (row.Id, text.Letter)];
    }
}

public sealed class MailOnSqlite() : MailFixture(DatabaseKind.Sqlite);

public sealed class MailOnPostgres() : MailFixture(DatabaseKind.Postgres);
