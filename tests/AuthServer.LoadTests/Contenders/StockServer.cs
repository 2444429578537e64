using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Contenders;

/// <summary>A server as the library's documentation shows it; its source is in Stock/.</summary>
internal sealed class StockServer() : Contender(
    "stock", "OpenIddict 7.8 + EF Core + PostgreSQL as its documentation shows: RS256, PBKDF2 secrets and passwords")
{
    public override async Task StartAsync(Stage stage)
    {
        var cluster = await stage.PostgresAsync();
        var database = await cluster.CreateDatabaseAsync(Name);
        Process = Child.Start(Cores.Server, Environment.ProcessPath!,
            [.. Cores.Host(), "serve-stock", "--port", $"{Port}", "--database", cluster.ConnectionString(database)],
            [("ASPNETCORE_ENVIRONMENT", "Production")]);
        await DiscoverAsync();
    }

    public override async Task<string> SignInAsync(HttpConnection connection, int person)
    {
        var answer = await connection.SendAsync(LoginRequest(Host, person));
        if (answer.Status != 200) throw new CannotRunException($"sign-in answered {answer.Describe()}");
        return string.Join("; ", answer.Cookies().Select(c => $"{c.Name}={c.Value}"));
    }

    public static byte[] LoginRequest(string host, int person) =>
        RequestText.Form(host, "/login", RequestText.Pairs(("email", Cast.Email(person)), ("password", Cast.Password)));
}
