namespace AuthServer.RateLimits.InRedis;

/// <summary>The steps of <see cref="SignInThrottle.Attempt"/> in Redis, each of them one call.</summary>
/// <remarks>
/// KEYS: the failures of the place, its strikes, the failures of the account, its quiet attempts, the failures of the address, attempts.
/// ARGV: the ids of the place, the account, the address and of who attempts, each empty when there is none, then the limits.
/// </remarks>
internal static class SignInScripts
{
    private static readonly string Counters = FailureScript.Failures + WindowScript.Window + """
        local minute, quarter, day = 60000000, 900000000, 86400000000
        local place_id, account_id, address_id, who_id = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
        local per_account, per_address = tonumber(ARGV[5]), tonumber(ARGV[6])
        local has_account, has_address = account_id ~= '', address_id ~= ''
        local place = failures(KEYS[1], place_id, per_account, quarter)
        -- Only counts.
        local strikes = failures(KEYS[2], place_id, math.huge, day)
        local account = failures(KEYS[3], account_id, per_account, quarter)
        local address = failures(KEYS[5], address_id, per_address, quarter)

        local function told(verdict, quiet, attempts)
          return {verdict, place.count, place.forgotten, strikes.count, strikes.forgotten, account.count, account.forgotten,
            address.count, address.forgotten, quiet and quiet.current or 0, quiet and quiet.previous or 0,
            attempts and attempts.current or 0, attempts and attempts.previous or 0, now}
        end


        """;

    /// <summary>What became of an attempt that enters.</summary>
    public const int Enters = 0, PlaceWaits = 1, AccountWaits = 2, QuietIsFull = 3, AttemptsAreFull = 4;

    public static readonly CounterScript Enter = new(Counters + """
        local attempts_limit, quiet_limit, quiet_failures = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
        if waits(place) or (has_account and has_address and waits(address)) then return told(1) end
        local quiet
        if has_account and waits(account) then
          if strikes.count >= quiet_failures then return told(2) end
          quiet = window(KEYS[4], account_id, 5 * minute)
          if take(quiet, quiet_limit) == 0 then return told(3, quiet) end
          keep(quiet)
        end
        if who_id == '' then return told(0, quiet) end
        local attempts = window(KEYS[6], who_id, minute)
        if take(attempts, attempts_limit) == 0 then return told(4, quiet, attempts) end
        keep(attempts)
        return told(0, quiet, attempts)
        """);

    public static readonly CounterScript Failed = new(Counters + """
        fail(place)
        if has_account then
          fail(strikes)
          fail(account)
        end
        if has_address then fail(address) end
        return told(0)
        """);

    public static readonly CounterScript Succeeded = new(Counters + """
        if has_account then forget(account, place.count) end
        forget(place, place.count)
        forget(strikes, strikes.count)
        return told(0)
        """);
}
