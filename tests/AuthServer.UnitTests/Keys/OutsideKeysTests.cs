using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys.Outside;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Keys;

/// <summary>Following the keys of SIGNING_KEYS: when a change is taken, and how often a bad one is read and told.</summary>
public sealed class OutsideKeysTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Source _source = new();
    private readonly LogLines<OutsideKeys> _log = new();
    private readonly OutsideKeys _keys;

    public OutsideKeysTests()
    {
        _keys = new(new() { Entries = ["file"] }, [_source], _time, _log);
        _keys.Follow();
    }

    [Fact]
    public void A_change_is_taken_when_it_is_the_same_a_second_later_and_not_by_two_looks_at_once()
    {
        var first = Kid;
        _source.Content = "half";
        for (var i = 0; i < 3; i++) _keys.Follow();
        Assert.Equal(first, Kid);
        _time.Advance(TimeSpan.FromMilliseconds(900));
        _source.Content = "whole";
        _keys.Follow();
        _time.Advance(TimeSpan.FromMilliseconds(900));
        _keys.Follow();
        Assert.Equal(first, Kid);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        _keys.Follow();
        Assert.NotEqual(first, Kid);
        Assert.Equal(2, _source.Readings);
    }

    [Fact]
    public void A_content_that_cannot_be_used_is_read_once_and_told_once()
    {
        var first = Kid;
        _source.Content = "bad";
        Look(times: 100);
        Assert.Equal(first, Kid);
        Assert.Equal(2, _source.Readings);
        Assert.Contains("is bad", Assert.Single(Warnings), StringComparison.Ordinal);

        _source.Content = "bad in another way";
        Look(times: 100);
        Assert.Equal(3, _source.Readings);
        Assert.Equal(2, Warnings.Count);

        // The former content is back, and is in use all the time.
        _source.Content = "good";
        Look(times: 3);
        Assert.Equal(3, _source.Readings);
        _source.Content = "bad";
        Look(times: 3);
        Assert.Equal(3, Warnings.Count);

        _source.Content = "better";
        Look(times: 3);
        Assert.NotEqual(first, Kid);
    }

    [Fact]
    public void A_file_that_changes_while_it_is_read_is_not_told_but_read_again()
    {
        _source.ChangesTo = "good again";
        _source.Content = "bad";
        Look(times: 2);
        Assert.Empty(Warnings);
        Look(times: 2);
        Assert.Equal(3, _source.Readings);
        Assert.Empty(Warnings);
    }

    private List<string> Warnings => [.. _log.Levels.Where(l => l.Level == LogLevel.Warning).Select(l => l.Text)];

    private string Kid => _keys.Current.All.Single().Key.Kid;

    private void Look(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _keys.Follow();
            _time.Advance(TimeSpan.FromSeconds(2));
        }
    }

    /// <summary>Another key with each reading.</summary>
    private sealed class Source : IKeySource
    {
        public string Content { get; set; } = "good";

        public string? ChangesTo { get; set; }

        public int Readings { get; private set; }

        public bool Takes(string entry) => true;

        public string Digest(string entry) => Content;

        public IEnumerable<OutsideKey> Read(string entry, SettingProblems problems)
        {
            Readings++;
            if (Content.StartsWith("bad", StringComparison.Ordinal)) problems.Add(OutsideKeyOptions.ListKey, "is " + Content, "mend it");
            if (ChangesTo is not null) (Content, ChangesTo) = (ChangesTo, null);
            return [OutsideKey.Of(entry, ECDsa.Create(ECCurve.NamedCurves.nistP256), problems)!];
        }
    }
}
