using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Redis;
using Npgsql;

namespace AuthServer.UnitTests.Configuration;

public sealed class ConnectionUrlTests
{
    [Fact]
    public void A_postgres_address_gives_its_parts()
    {
        var parsed = PostgresUrl.Parse(
            "postgresql://app%40x:p%40ss%2Fw%23rd%25@db.example.com:6432/my%20db?sslmode=verify-full&connect_timeout=7", out _)!;
        Assert.Equal(
            ("db.example.com", 6432, "app@x", "p@ss/w#rd%", "my db", SslMode.VerifyFull, 7),
            (parsed.Host, parsed.Port, parsed.Username, parsed.Password, parsed.Database, parsed.SslMode, parsed.Timeout));
    }

    [Theory]
    [InlineData("postgres://u:p@localhost/d", "localhost", 5432)]
    [InlineData("postgresql://u@[2001:db8::1]:5433/d", "2001:db8::1", 5433)]
    [InlineData("postgresql://u:p@db1,db2:6432/d?target_session_attrs=read-write", "db1:5432,db2:6432", 5432)]
    [InlineData("postgresql://u:p%40,x@db1:7000,[2001:db8::1]:7001,db3/d", "db1:7000,[2001:db8::1]:7001,db3:5432", 7000)]
    public void Host_and_port_are_read_in_all_their_forms(string url, string host, int port)
    {
        var parsed = PostgresUrl.Parse(url, out _)!;
        Assert.Equal((host, port), (parsed.Host, parsed.Port));
    }

    /// <summary>Each host gets the whole of it, and those behind a silent one wait.</summary>
    [Theory]
    [InlineData("postgresql://u:p@db1/d", 15)]
    [InlineData("postgresql://u:p@db1,db2/d", 2)]
    [InlineData("postgresql://u:p@db1,db2/d?connect_timeout=7", 7)]
    public void Of_several_hosts_each_is_waited_for_shortly(string url, int seconds) =>
        Assert.Equal(seconds, PostgresUrl.Parse(url, out _)!.Timeout);

    [Theory]
    [InlineData("", GssEncryptionMode.Disable)]
    [InlineData("?gssencmode=prefer", GssEncryptionMode.Prefer)]
    [InlineData("?gssencmode=require", GssEncryptionMode.Require)]
    public void Kerberos_is_asked_only_where_the_address_says_so(string query, GssEncryptionMode expected) =>
        Assert.Equal(expected, PostgresUrl.Parse("postgresql://u:p@localhost/d" + query, out _)!.GssEncryptionMode);

    [Theory]
    [InlineData("mysql://u:hunter2@localhost/d")]
    [InlineData("Host=localhost;Password=hunter2")]
    [InlineData("postgresql://u:hunter2@localhost")]
    [InlineData("postgresql://u:hunter2@localhost/")]
    [InlineData("postgresql://:hunter2@localhost/d")]
    [InlineData("postgresql://u:hunter2@localhost/d?sslmode=perhaps")]
    [InlineData("postgresql://u:hunter2@db1,/d")]
    [InlineData("postgresql://u:hunter2@db1,db2:x/d")]
    [InlineData("postgresql://u:hunter2@db1,db2/d?target_session_attrs=standby")]
    [InlineData("postgresql://u:hunter2@localhost/d?pgbouncer=perhaps")]
    [InlineData("postgresql://u:hunter2@localhost/d?gssencmode=maybe")]
    [InlineData("postgresql://u:hunter2@localhost/d?pool_size=3")]
    [InlineData("postgresql://u:hun#ter2@localhost/d")]
    [InlineData("postgresql://u:hunter2/x@localhost/d")]
    public void A_wrong_postgres_address_is_refused_without_showing_the_password(string url)
    {
        var problems = new SettingProblems();
        new DatabaseOptions { Url = url }.Check(problems);
        var line = Assert.Single(problems.Lines);
        Assert.StartsWith("DATABASE_URL: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?a;b=1", "set it to postgresql://")]
    [InlineData("?sslmode=verify-full&sslrootcert=/a;b", "name a file that the server's user may read")]
    [InlineData("?sslcert=/a;b", "add sslmode=verify-full")]
    public void A_wrong_address_has_one_cure_whatever_signs_are_in_it(string query, string cure)
    {
        var problems = new SettingProblems();
        new DatabaseOptions { Url = "postgresql://u:p@localhost/d" + query }.Check(problems);
        Assert.StartsWith(cure, Assert.Single(problems.Lines).Split("; ")[^1], StringComparison.Ordinal);
        problems = new();
        new RedisOptions { Url = "rediss://localhost/0" + query.Replace("?sslcert", "?sslmode=require&sslcert", StringComparison.Ordinal) }
            .Check(problems);
        Assert.Equal(2, Assert.Single(problems.Lines).Split("; ").Length);
    }

    [Theory]
    [InlineData("?pgbouncer=true", true, 0)]
    [InlineData("?sslmode=disable&pgbouncer=true&max_auto_prepare=64", true, 64)]
    [InlineData("?pgbouncer=false", false, 64)]
    [InlineData("", false, 64)]
    public void A_pooler_is_told_by_the_address(string query, bool isPooled, int statements)
    {
        var options = new DatabaseOptions { Url = "postgresql://u:p@localhost/d" + query };
        options.Check(new());
        Assert.Equal((isPooled, statements), (options.IsPooled, options.Postgres!.MaxAutoPrepare));
        Assert.Equal(isPooled, options.ListensAt is null);
        options.DirectUrl = "postgresql://u:p@direct/d";
        options.Check(new());
        Assert.Equal("direct", options.ListensAt!.Host);
    }

    [Fact]
    public void The_pool_keeps_its_size_ready_and_grows_by_the_overflow_in_utc()
    {
        var options = new DatabaseOptions { Url = "postgresql://u:p@localhost/d", PoolSize = 4, MaxOverflow = 6 };
        options.Check(new());
        Assert.Equal((4, 10, "UTC"), (options.Postgres!.MinPoolSize, options.Postgres.MaxPoolSize, options.Postgres.Timezone));
    }

    [Fact]
    public void More_than_100_connections_are_refused()
    {
        var problems = new SettingProblems();
        new DatabaseOptions { PoolSize = 60, MaxOverflow = 41 }.Check(problems);
        Assert.StartsWith("DATABASE_MAX_OVERFLOW: makes 101 connections", Assert.Single(problems.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_redis_address_gives_its_parts()
    {
        var parsed = RedisUrl.Parse("rediss://app:p%40ss@cache.example.com:6380/3", out _)!.Options;
        Assert.Equal(
            ("app", "p@ss", 3, true, "cache.example.com"),
                (parsed.User, parsed.Password, parsed.DefaultDatabase, parsed.Ssl, parsed.SslHost));
        Assert.Equal("Unspecified/cache.example.com:6380", Assert.Single(parsed.EndPoints).ToString());
    }

    [Fact]
    public void The_redis_password_may_stand_apart()
    {
        var options = new RedisOptions { Url = "redis://localhost", Password = "hunter2" };
        options.Check(new());
        Assert.Equal(
            ("hunter2", "Unspecified/localhost:6379"),
                (options.Connection!.Password, Assert.Single(options.Connection.EndPoints).ToString()));
    }

    [Theory]
    [InlineData("unix:///run/redis/redis.sock", "/run/redis/redis.sock", 0, null)]
    [InlineData("unix://app:hunter2@/run/my%20redis.sock?db=3", "/run/my redis.sock", 3, null)]
    [InlineData("redis://one:7001,two,[2001:db8::1]:7003", "one:7001 two:6379 [2001:db8::1]:7003", 0, null)]
    [InlineData("rediss://app:hunter2@one,two/0?sslmode=verify-ca", "one:6379 two:6379", 0, null)]
    [InlineData("redis+sentinel://one,two:26380/my%20service", "one:26379 two:26380", 0, "my service")]
    [InlineData("rediss+sentinel://:hunter2@one/primary/2", "one:26379", 2, "primary")]
    public void A_redis_may_be_a_socket_a_cluster_or_watched_by_sentinels(string url, string points, int database, string? service)
    {
        var parsed = RedisUrl.Parse(url, out var fault);
        Assert.Null(fault);
        var options = parsed!.Options;
        Assert.Equal(points, string.Join(' ', options.EndPoints).Replace("Unspecified/", "", StringComparison.Ordinal));
        Assert.Equal((database, service), (options.DefaultDatabase, options.ServiceName));
        Assert.Equal(url.StartsWith("rediss", StringComparison.Ordinal), options.Ssl);
        if (url.Contains("hunter2", StringComparison.Ordinal)) Assert.Equal("hunter2", options.Password);
    }

    [Theory]
    [InlineData("redis://one,two/3", "a cluster has only the database 0")]
    [InlineData("redis+sentinel://one,two", "does not name the service")]
    [InlineData("redis+sentinel://one/primary/0/1", "database that is not a number")]
    [InlineData("unix://hunter2", "has no path of a socket")]
    [InlineData("unix:///run/redis.sock?sslmode=verify-ca", "known: db")]
    [InlineData("redis://one,,two", "a host that is not one")]
    [InlineData("redis://one:hunter2", "a host that is not one")]
    [InlineData("redis://", "a host that is not one")]
    [InlineData("redis://one#hunter2", "fragment")]
    [InlineData("redis-sentinel://one/primary", "redis+sentinel://")]
    public void A_malformed_redis_address_is_refused_with_its_cure(string url, string expected)
    {
        var problems = new SettingProblems();
        new RedisOptions { Url = url }.Check(problems);
        var line = Assert.Single(problems.Lines);
        Assert.StartsWith("REDIS_URL: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Contains("; set it to redis://", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:6379,password=hunter2", null)]
    [InlineData("redis://:hunter2@localhost:6379/zero", null)]
    [InlineData("redis://:hunter2@localhost:6379/0?ssl=true", null)]
    [InlineData("redis://:hunter2@localhost:6379/0", "hunter3")]
    [InlineData(null, "hunter2")]
    public void A_wrong_redis_setting_is_refused_without_showing_the_password(string? url, string? password)
    {
        var problems = new SettingProblems();
        new RedisOptions { Url = url, Password = password }.Check(problems);
        Assert.DoesNotContain("hunter", Assert.Single(problems.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://id.example.com", true)]
    [InlineData("https://id.example.com/", true)]
    [InlineData("http://localhost:5080", true)]
    [InlineData("http://[::1]:5080", true)]
    [InlineData("http://id.example.com", false)]
    [InlineData("https://id.example.com/v1", false)]
    [InlineData("https://id.example.com?x=1", false)]
    [InlineData("https://user@id.example.com", false)]
    public void The_issuer_is_an_origin_and_https_or_loopback(string url, bool accepted)
    {
        var problems = new SettingProblems();
        var issuer = new IssuerOptions { ApiBaseUrl = new(url) };
        issuer.Check(problems);
        Assert.Equal(accepted, problems.Lines.Count == 0);
        if (accepted) Assert.Equal(url.TrimEnd('/') + "/v1", issuer.ApiAudience);
    }
}
