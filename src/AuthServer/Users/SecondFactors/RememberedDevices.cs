using System.Data.Common;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Sessions;

namespace AuthServer.Users.SecondFactors;

/// <summary>Browsers where a person need not give the second factor for 30 days.</summary>
public sealed class RememberedDevices(SqlRunner sql, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private const string AddSql =
        """
        INSERT INTO remembered_devices
          (id, user_id, token_hash, security_stamp, created_at, last_used_at, expires_at, ip_address, user_agent)
        VALUES (@id, @user, @hash, @stamp, @now, @now, @end, @ip, @agent)
        """;

    private const string UseSql =
        """
        UPDATE remembered_devices SET last_used_at = @now
        WHERE id = @id AND user_id = @user AND token_hash = @hash AND security_stamp = @stamp AND expires_at > @now
        """;

    private const string ListSql =
        """
        SELECT id, created_at, last_used_at, expires_at, user_agent, ip_address FROM remembered_devices
        WHERE user_id = @user AND security_stamp = @stamp AND expires_at > @now ORDER BY last_used_at DESC
        """;

    private const string ForgetSql = "DELETE FROM remembered_devices WHERE id = @id AND user_id = @user";

    /// <returns>The handle of the device, which is stored nowhere.</returns>
    public async Task<string> AddAsync(User user, Caller caller)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero));
        var handle = BrowserHandles.Make(id);
        await sql.ExecuteAsync(
            AddSql,
            values => values.Add("id", id).Add("user", user.Id).Add("hash", TokenHash.Of(handle)).Add("stamp", user.SecurityStamp)
                .Add("now", now).Add("end", now + Life).Add("ip", caller.Address).Add("agent", caller.UserAgent),
            CancellationToken.None);
        return handle;
    }

    /// <summary>Whether the handle is of a device of this account, with the password that it had then.</summary>
    public async Task<bool> TryUseAsync(User user, string? handle, CancellationToken cancellationToken)
    {
        if (BrowserHandles.SessionId(handle) is not { } id) return false;
        return await sql.ExecuteAsync(
            UseSql,
            values => values.Add("now", time.GetUtcNow().UtcDateTime).Add("id", id).Add("user", user.Id)
                .Add("hash", TokenHash.Of(handle!)).Add("stamp", user.SecurityStamp),
            cancellationToken) == 1;
    }

    public async Task<IReadOnlyList<RememberedDeviceRow>> ListAsync(User user, CancellationToken cancellationToken) => await sql.ListAsync(
        ListSql,
        values => values.Add("user", user.Id).Add("stamp", user.SecurityStamp).Add("now", time.GetUtcNow().UtcDateTime), Read,
        cancellationToken);

    /// <returns>False when the person has no such device.</returns>
    public async Task<bool> ForgetAsync(Guid user, Guid id) =>
        await sql.ExecuteAsync(ForgetSql, values => values.Add("id", id).Add("user", user), CancellationToken.None) == 1;

    private static RememberedDeviceRow Read(DbDataReader row) =>
        new(row.GetGuid(0), row.Time(1), row.Time(2), row.Time(3), row.Text(4), row.Text(5));
}

/// <summary>A remembered device as its owner sees it; times in UTC.</summary>
public sealed record RememberedDeviceRow(
    Guid Id, DateTime CreatedAt, DateTime LastUsedAt, DateTime ExpiresAt, string? UserAgent, string? IpAddress);
