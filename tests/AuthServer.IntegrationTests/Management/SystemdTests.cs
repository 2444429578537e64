using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Management;

/// <summary>The unit of docker/systemd, and what a server says to systemd (sd_notify(3)).</summary>
public sealed class SystemdTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authserver-systemd-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_unit_is_right_and_leaves_the_server_little()
    {
        var unit = Path.Combine(_folder.FullName, "authserver.service");
        var text = await File.ReadAllTextAsync(Path.Combine(ServerProcess.Root, "docker", "systemd", "authserver.service"));
        // The program that was built, because a missing one is a fault of the unit.
        await File.WriteAllTextAsync(unit, text.Replace("/opt/authplatform/AuthServer", ServerProcess.Program, StringComparison.Ordinal));
        await ChildProcess.RunAsync("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit);
        // Of 100, where 0 is the least; it fails above.
        await ChildProcess.RunAsync("systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=20", unit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Systemd_is_told_when_it_listens_that_it_lives_and_that_it_ends(bool isAbstract)
    {
        var name = Path.Combine(_folder.FullName, "notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name : name));
        var address = ServerProcess.FreeAddress();
        await using var server = ServerProcess.Start([
            ("AUTHSERVER_DATA", Path.Combine(_folder.FullName, "data")), ("ASPNETCORE_URLS", address), ("DRAIN_TIME", "5m"),
            ("NOTIFY_SOCKET", isAbstract ? "@" + name : name), ("WATCHDOG_USEC", "200000")]);
        Assert.Equal("READY=1", await NextAsync(socket));
        // It listens by then.
        Assert.Equal(HttpStatusCode.OK, await ServerProcess.GetAsync(address, "/health/startup"));
        Assert.Equal(("WATCHDOG=1", "WATCHDOG=1"), (await NextAsync(socket), await NextAsync(socket)));
        await server.SignalAsync("TERM");
        string said;
        do said = await NextAsync(socket);
        while (said == "WATCHDOG=1");
        Assert.Equal("STOPPING=1", said);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ServerProcess.GetAsync(address, "/health/ready"));
        // The second signal ends the wait.
        await server.SignalAsync("TERM");
        Assert.Equal(143, await server.ExitAsync());
    }

    [Fact]
    public async Task A_watchdog_of_another_process_and_a_socket_that_is_gone_do_no_harm()
    {
        var address = ServerProcess.FreeAddress();
        await using var server = ServerProcess.Start([
            ("AUTHSERVER_DATA", Path.Combine(_folder.FullName, "data")), ("ASPNETCORE_URLS", address),
            ("NOTIFY_SOCKET", Path.Combine(_folder.FullName, "gone")), ("WATCHDOG_USEC", "1000"), ("WATCHDOG_PID", "1")]);
        await server.ReadyAsync(address);
        Assert.Equal(0, await server.StopAsync());
        Assert.Contains("systemd could not be told READY=1", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("WATCHDOG", server.Output, StringComparison.Ordinal);
    }

    private static async Task<string> NextAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[256];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token));
    }
}
