using AuthServer.Configuration;
using Microsoft.Extensions.Configuration;

namespace AuthServer.UnitTests.Configuration;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_setting_fills_its_property_and_an_absent_one_keeps_its_default()
    {
        var sample = Reader(("SAMPLE_COUNT", "7")).Read<Sample>();
        Assert.Equal((7, "default"), (sample.Count, sample.Name));
    }

    [Fact]
    public void An_empty_value_counts_as_not_set() => Assert.Equal(3, Reader(("SAMPLE_COUNT", " ")).Read<Sample>().Count);

    [Fact]
    public void The_environment_wins_over_the_section() =>
        Assert.Equal("flat", Reader(("AuthServer:SAMPLE_NAME", "section"), ("SAMPLE_NAME", "flat")).Read<Sample>().Name);

    [Fact]
    public void The_section_fills_what_the_environment_leaves_out() =>
        Assert.Equal("section", Reader(("AuthServer:SAMPLE_NAME", "section")).Read<Sample>().Name);

    [Theory]
    [InlineData("from a file", "from a file")]
    [InlineData("from a file\n", "from a file")]
    [InlineData("from a file\r\n", "from a file")]
    [InlineData("two breaks\n\n", "two breaks\n")]
    public void A_file_gives_the_value_without_one_line_break_at_its_end(string content, string expected)
    {
        File.WriteAllText(_file, content);
        Assert.Equal(expected, Reader(("SAMPLE_NAME_FILE", _file)).Read<Sample>().Name);
    }

    [Fact]
    public void A_value_and_a_file_together_are_refused() =>
        Assert.Equal(["SAMPLE_NAME: is set together with SAMPLE_NAME_FILE; keep one of the two"],
            ProblemsOf(("SAMPLE_NAME", "a"), ("SAMPLE_NAME_FILE", _file)));

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.StartsWith(
            "SAMPLE_NAME_FILE: the file /nowhere/at/all cannot be read", Assert.Single(
                ProblemsOf(("SAMPLE_NAME_FILE", "/nowhere/at/all"))));

    [Fact]
    public void All_problems_are_told_at_once() =>
        Assert.Equal(
            ["SAMPLE_COUNT: \"many\" is not a whole number from 1 to 9", "SAMPLE_SWITCH: \"perhaps\" is not true or false"],
            ProblemsOf(("SAMPLE_COUNT", "many"), ("SAMPLE_SWITCH", "perhaps")));

    [Fact]
    public void A_wrong_secret_is_not_shown()
    {
        var problem = Assert.Single(ProblemsOf(("SAMPLE_SECRET", "hunter2")));
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
        Assert.Equal(
            "SAMPLE_SECRET: is not at least 32 random bytes in base64, base64url or hex; set it to the output of a command", problem);
    }

    [Fact]
    public void A_required_setting_must_be_there()
    {
        var reader = Reader();
        reader.Read<NeedsOne>();
        Assert.Equal(["NEEDED: is not set; set it to something"], reader.Problems.Lines);
    }

    [Fact]
    public void A_generated_value_stands_in_for_a_required_one()
    {
        var reader = Reader();
        reader.Generated("NEEDED", "made");
        Assert.Equal("made", reader.Read<NeedsOne>().Needed);
        Assert.Empty(reader.Problems.Lines);
    }

    [Fact]
    public void Problems_stop_the_start_with_the_configuration_exit_code()
    {
        var reader = Reader(("SAMPLE_COUNT", "0"));
        reader.Read<Sample>();
        Assert.Equal(78, Assert.Throws<StartRefusedException>(reader.Problems.ThrowIfAny).ExitCode);
    }

    [Theory]
    [InlineData("AuthServer:SAMPLE_CONT", "SAMPLE_CONT: is not a setting of this server; did you mean SAMPLE_COUNT")]
    [InlineData("AuthServer:Unheard", "Unheard: is not a setting of this server; see docs/configuration.md for the settings")]
    public void An_unknown_key_in_the_section_is_refused(string key, string expected) =>
        Assert.Equal([expected], UnknownOf([(key, "1")], [], []));

    [Fact]
    public void An_unknown_variable_with_our_prefix_is_refused() =>
        Assert.Equal(
            ["AUTHSERVER_DTA: is not a setting of this server; did you mean AUTHSERVER_DATA"], UnknownOf(
                [], ["AUTHSERVER_DTA", "PATH"], []));

    [Fact]
    public void An_unknown_setting_on_the_command_line_is_refused() =>
        Assert.Equal(["SAMPLE_NAM: is not a setting of this server; did you mean SAMPLE_NAME"],
            UnknownOf([], [], ["--urls=http://localhost:1", "--SAMPLE_NAM=x", "--environment", "Development"]));

    [Theory]
    [InlineData("--BOGUS=1", "BOGUS: is not a setting of this server; see docs/configuration.md for the settings")]
    [InlineData("--sample-name=x", "sample-name: is not a setting of this server; did you mean SAMPLE_NAME")]
    [InlineData("--Verbose", "Verbose: is not a setting of this server; see docs/configuration.md for the settings")]
    public void An_unknown_option_is_refused_in_any_spelling(string argument, string expected) =>
        Assert.Equal([expected], UnknownOf([], [], [argument]));

    [Theory]
    [InlineData("--sample_name=x")]
    [InlineData("--Kestrel:Endpoints:Public:Url=https://*:443")]
    [InlineData("--Logging:LogLevel:Default=Debug")]
    [InlineData("--contentRoot=/srv")]
    [InlineData("--http_ports=8080")]
    [InlineData("--ASPNETCORE_URLS=http://localhost:1")]
    public void Options_of_the_framework_and_of_ours_pass(string argument) => Assert.Empty(UnknownOf([], [], [argument]));

    [Theory]
    [InlineData("SAMPLE_CUONT", "SAMPLE_COUNT")]
    [InlineData("SAMPLE_NAMEE", "SAMPLE_NAME")]
    [InlineData("SAMPLE_SECRT_FILE", "SAMPLE_SECRET_FILE")]
    [InlineData("SAMPLE_NAME", null)]
    [InlineData("SAMPLE_NAME_FILE", null)]
    [InlineData("SIMPLE_NAMES_X", null)]
    [InlineData("PATH", null)]
    [InlineData("NAME", null)]
    public void A_variable_with_a_typing_mistake_is_found(string name, string? expected) =>
        Assert.Equal(expected is null ? [] : [(name, expected)], UnknownSettings.Misspelt([name], [typeof(Sample)]));

    [Fact]
    public void Known_keys_and_their_files_are_not_refused() =>
        Assert.Empty(UnknownOf([("AuthServer:SAMPLE_NAME_FILE", "x")], ["AUTHSERVER_DATA", "AUTHSERVER_DATA_FILE"], ["--SAMPLE_COUNT=1"]));

    private static SettingsReader Reader(params (string Key, string Value)[] values) => new(Configuration(values));

    private static IReadOnlyList<string> ProblemsOf(params (string, string)[] values)
    {
        var reader = Reader(values);
        reader.Read<Sample>();
        return reader.Problems.Lines;
    }

    private static IReadOnlyList<string> UnknownOf((string, string)[] values, string[] environment, string[] arguments)
    {
        var problems = new SettingProblems();
        UnknownSettings.Refuse(Configuration(values), environment, arguments, [typeof(Sample)], problems);
        return problems.Lines;
    }

    private static IConfigurationRoot Configuration((string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build();

    private sealed class Sample
    {
        [Setting("SAMPLE_COUNT", Minimum = 1, Maximum = 9)]
        public int Count { get; set; } = 3;

        [Setting("SAMPLE_NAME")]
        public string Name { get; set; } = "default";

        [Setting("SAMPLE_SWITCH")]
        public bool Switch { get; set; }

        [Setting("SAMPLE_SECRET", Secret = true, Cure = "the output of a command")]
        public byte[]? Secret { get; set; }

        [Setting("AUTHSERVER_DATA")]
        public string? Data { get; set; }
    }

    private sealed class NeedsOne
    {
        [Setting("NEEDED", Required = true, Cure = "something")]
        public string Needed { get; set; } = "";
    }
}
