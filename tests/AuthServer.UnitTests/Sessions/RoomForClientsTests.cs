using System.Net;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Registration;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.UnitTests.Sessions;

/// <summary>Clients that nobody has let in: how many there may be, and which of them go.</summary>
public sealed class RoomForClientsTests : ClientRoomSteps
{
    [Fact]
    public async Task One_more_document_takes_the_place_of_one_that_nobody_uses()
    {
        await AddAsync(Enumerable.Range(0, 4).Select(i => Described($"https://a.example/{i}")));
        await AllowAsync("https://a.example/0", Now - TimeSpan.FromDays(2));
        await AllowAsync("https://a.example/1", Now - TimeSpan.FromDays(3));
        await UseAsync("https://a.example/2", TokenTypeIdentifiers.Private.AuthorizationCode);
        // Four of a host. The one that nobody has allowed goes first, then what was allowed longest ago, and never what is used.
        foreach (var gone in new[] { "https://a.example/3", "https://a.example/1", "https://a.example/0" })
        {
            Assert.True(await RoomAsync(40, "https://a.example/new"));
            Assert.DoesNotContain(gone, await IdsAsync());
            await AddAsync([Described(gone + "/later")]);
            await UseAsync(gone + "/later", TokenTypeIdentifiers.Private.AuthorizationCode);
        }

        Assert.False(await RoomAsync(40, "https://a.example/new"));
        Assert.False(await RoomAsync(40, "https://a.example:8443/new"));
        // Its share is full; that of a host whose name begins alike is not, and neither is the table.
        Assert.True(await RoomAsync(40, "https://a.example.org/new"));
        Assert.True(await RoomAsync(40, "https://b.example/new"));
        Assert.Contains("https://a.example/2", await IdsAsync());
        Assert.False(await RoomAsync(4, "https://b.example/new"));
        Assert.Equal(4, await CountAsync());
    }

    /// <summary>Its request is about to be allowed: it would go with the row.</summary>
    [Fact]
    public async Task A_row_that_is_there_for_a_device_takes_no_place_and_makes_none()
    {
        var asked = Described("https://a.example/device");
        asked.Properties = ClientColumns.WriteDocument(new JsonObject(), new(Now, KeptAt: null) { AskedAt = Now });
        await AddAsync([asked]);
        Assert.True(await RoomAsync(1, "https://a.example/device"));
        Assert.Equal(["https://a.example/device"], await IdsAsync());
        await AddAsync([Described("https://a.example/kept")]);
        Assert.True(await RoomAsync(1, "https://a.example/device"));
        Assert.Equal(["https://a.example/device"], await IdsAsync());
    }

    [Fact]
    public async Task One_more_registration_takes_the_place_of_one_that_was_never_used_and_not_of_a_young_one()
    {
        await AddAsync([Registered(0, Now), Registered(1, Now), Registered(2, Now, RegistrationState.Open)]);
        await AddAsync([Described("https://a.example/")]);
        // Those whom an initial access token has let in take no place.
        Assert.False(await RoomAsync(1));
        Assert.True(await RoomAsync(2));
        Database.Time.Advance(RoomForClients.Untouched);
        await UseAsync("c2", TokenTypeIdentifiers.Private.AuthorizationCode);
        Assert.False(await RoomAsync(1));
        await Database.DbAsync(db => db.Tokens.ExecuteDeleteAsync());
        Assert.True(await RoomAsync(1));
        Assert.Equal(["c0", "c1", "https://a.example/"], await IdsAsync());
    }

    /// <summary>Each of them was used for a moment, by accident or by somebody who wants nobody else to come in.</summary>
    [Fact]
    public async Task Where_none_was_never_used_the_one_goes_whose_use_is_longest_ago()
    {
        await AddAsync(Enumerable.Range(0, 3).Select(i => Registered(i, Now - TimeSpan.FromDays(9), RegistrationState.Open)));
        foreach (var (number, days) in new[] { (0, 3), (1, 5), (2, 4) }) await NoteUseAsync($"c{number}", Now - TimeSpan.FromDays(days));
        await UseAsync("c1", TokenTypeIdentifiers.Private.AuthorizationCode);
        Assert.True(await RoomAsync(3));
        Assert.Equal(["c0", "c1"], await IdsAsync());
        // The oldest row has a use, and a younger one has none.
        await AddAsync([Registered(4, Now - TimeSpan.FromHours(2), RegistrationState.Open)]);
        Assert.True(await RoomAsync(3));
        Assert.Equal(["c0", "c1"], await IdsAsync());
        // One that has just come keeps nobody out: another use is longer ago.
        await AddAsync([Registered(5, Now, RegistrationState.Open)]);
        Assert.True(await RoomAsync(3));
        Assert.Equal(["c1", "c5"], await IdsAsync());
        Assert.False(await RoomAsync(2));
    }

    /// <summary>A stranger can allow each client something, and the job notes no use of that.</summary>
    [Fact]
    public async Task A_consent_keeps_no_place_of_a_registration()
    {
        await AddAsync(Enumerable.Range(0, 3).Select(i => Registered(i, Now - TimeSpan.FromHours(2), RegistrationState.Open)));
        for (var i = 0; i < 3; i++) await AllowAsync($"c{i}", Now);
        Assert.Equal(0, await RunAsync());
        Assert.True(await RoomAsync(3));
        var left = await Database.DbAsync(db => db.Clients.AsNoTracking().ToListAsync());
        Assert.Equal(2, left.Count);
        Assert.All(left, row => Assert.Null(RegistrationState.Read(row.Properties)!.UsedAt));
    }

    /// <summary>Its device is about to poll, and the request goes with the row.</summary>
    [Fact]
    public async Task The_approved_request_of_a_device_is_a_use()
    {
        await AddAsync([Described("https://a.example/0"), Described("https://a.example/1")]);
        await AskAsync("https://a.example/0", PendingState.Approved);
        await AskAsync("https://a.example/1", PendingState.Asked);
        Assert.True(await RoomAsync(2, "https://b.example/new"));
        Assert.Equal(["https://a.example/0"], await IdsAsync());
        Assert.False(await RoomAsync(1, "https://b.example/new"));
    }

    /// <summary>Rows are found by names in their text; the operator may have written anything there.</summary>
    [Fact]
    public async Task A_client_of_the_operator_makes_no_room_whatever_its_registration_says()
    {
        const string strange = """
            {"metadata":{"x":{"document":{"kept_at":"2026-01-01T00:00:00.0000000Z","asked_at":"2026-01-01T00:00:00.0000000Z"},
            "registration":{"by":"open"}}}}
            """;
        await AddAsync([new() { Id = Guid.CreateVersion7(), ClientId = "https://a.example/own", Properties = strange.Replace("\n", "") }]);
        Assert.False(await RoomAsync(1, "https://a.example/new"));
        Assert.False(await RoomAsync(1));
        await RunAsync();
        Assert.Equal(["https://a.example/own"], await IdsAsync());
    }

    [Fact]
    public async Task Rows_for_devices_are_shared_by_hosts_and_by_networks_and_make_room_when_their_request_is_over()
    {
        AskingAddress.Enter(IPAddress.Parse("192.0.2.1"));
        const int share = DocumentRows.MostAskedOfOne;
        await AddAsync(Enumerable.Range(0, share).Select(i => Asked($"https://h{i}.example/c", "192.0.2.1", i)));
        await AddAsync(Enumerable.Range(0, share).Select(i => Asked($"https://one.example/{i}", $"198.51.100.{i}", i)));
        foreach (var i in Enumerable.Range(0, share))
        {
            if (i != 7) await AskAsync($"https://h{i}.example/c", PendingState.Asked);
            if (i != 9) await AskAsync($"https://one.example/{i}", PendingState.Asked);
        }

        // One of each share waits for nobody any more.
        Assert.True(await AskedRoomAsync("https://new.example/c"));
        Assert.DoesNotContain("https://h7.example/c", await IdsAsync());
        await AddAsync([Asked("https://new.example/c", "192.0.2.1", share)]);
        await AskAsync("https://new.example/c", PendingState.Asked);
        Assert.False(await AskedRoomAsync("https://newer.example/c"));
        AskingAddress.Enter(IPAddress.Parse("192.0.2.2"));
        Assert.True(await AskedRoomAsync("https://newer.example/c"));
        Assert.True(await AskedRoomAsync("https://one.example/new"));
        Assert.DoesNotContain("https://one.example/9", await IdsAsync());
        await AddAsync([Asked("https://one.example/new", "192.0.2.3", share)]);
        await AskAsync("https://one.example/new", PendingState.Asked);
        Assert.False(await AskedRoomAsync("https://one.example/newer"));
        // After an hour they go by themselves, each in its time.
        Database.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(10));
        await RunAsync();
        Assert.Equal(2 * share, await CountAsync());
        await Database.DbAsync(db => db.PendingAuthorizations.ExecuteDeleteAsync());
        await RunAsync();
        Assert.Equal((2 * share) - (2 * 9), await CountAsync());
    }
}
