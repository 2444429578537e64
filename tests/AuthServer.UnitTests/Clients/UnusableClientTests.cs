using AuthServer.Clients.Directory;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;
using AuthServer.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.UnitTests.Clients;

/// <summary>A row that another program wrote may hold anything; requests of such a client are refused as those of an unknown one.</summary>
public sealed class UnusableClientTests : IAsyncDisposable
{
    private readonly MemoryDatabase _database = new();
    private readonly Lines _log = new();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("""{"metadata":{"id_token_signed_response_alg":"PS512"}}""", "id_token_signed_response_alg must be RS256 or ES256")]
    [InlineData("""{"metadata":{"access_token_signed_response_alg":"HS256"}}""", "access_token_signed_response_alg must be RS256 or ES256")]
    [InlineData("{", "does not hold the JSON")]
    public async Task It_is_unknown_and_one_line_of_the_log_names_it_and_the_cure(string properties, string fault)
    {
        await _database.DbAsync(db =>
        {
            db.Clients.Add(new Client { Id = Guid.CreateVersion7(), ClientId = "odd", Properties = properties });
            return db.SaveChangesAsync();
        });
        var directory = new ClientDirectory(
            _database.Services.GetRequiredService<ClientRows>(),
            new ClientSecrets(new SecretOptions { SecretKey = new byte[32] }, _database.Time), new SecurityProfileOptions(), _database.Time,
            _log);
        var before = _database.Statements;
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(await directory.FindAsync("odd", default));
            Assert.Null(await directory.AuthenticateAsync("odd", null, default));
            Assert.Null(await directory.NewEntityAsync("odd", default));
        }

        Assert.Equal(before + 1, _database.Statements);
        var line = Assert.Single(_log.All);
        Assert.Contains("Client odd", line, StringComparison.Ordinal);
        Assert.Contains(fault, line, StringComparison.Ordinal);
        Assert.Contains("AuthServer seed FILE --reset odd", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("7")]
    public async Task A_scope_is_unknown_too_and_the_others_go_on(string resources)
    {
        await _database.DbAsync(db =>
        {
            db.Scopes.Add(new Scope { Id = Guid.CreateVersion7(), Name = "odd", Resources = resources });
            db.Scopes.Add(new Scope { Id = Guid.CreateVersion7(), Name = "even", Resources = """["https://api.example"]""" });
            return db.SaveChangesAsync();
        });
        var directory = new ScopeDirectory(_database.Services.GetRequiredService<ClientRows>(), _database.Time, _log);
        for (var i = 0; i < 3; i++) Assert.Equal(["even"], (await directory.AllAsync(default)).Keys);
        Assert.Contains("scope odd", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    private sealed class Lines : ILogger<ClientDirectory>, ILogger<ScopeDirectory>
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add(formatter(state, exception));
    }
}
