namespace AuthServer.UnitTests.Architecture;

/// <summary>A rule that cannot fail guards nothing: each is given code that breaks it.</summary>
public sealed class PlantedViolationTests
{
    private const string Planted = "AuthServer.UnitTests.Architecture.Planted.";

    [Theory]
    [InlineData("Keys", "Users", "a row above")]
    [InlineData("Email", "Clients", "a neighbour")]
    [InlineData("Clients", "Sessions", "the half row above, which uses it")]
    [InlineData("Protocol", "Accounts", "another wing")]
    [InlineData("Hosting", "Commands", "the half row above")]
    [InlineData("Configuration", "Data", "anything, from the floor")]
    [InlineData("Data", "Ui", "the pages, from below row 3")]
    [InlineData("Audit", "Keys", "the row above, by name close to it")]
    [InlineData("Email", "Hosting.Jobs", "a sub-folder of a row above")]
    public void An_arrow_that_does_not_point_down_is_found(string from, string to, string what)
    {
        var violation = Assert.Single(House.BrokenArrows([Use(from, to)]));
        Assert.True(violation.Contains(from, StringComparison.Ordinal) && violation.Contains(to, StringComparison.Ordinal), what);
    }

    [Theory]
    [InlineData("Protocol.Token", "Sessions")]
    [InlineData("Sessions", "Ui.Emails")]
    [InlineData("Data", "Configuration")]
    [InlineData("Commands", "Hosting")]
    [InlineData("Keys", "Audit")]
    public void An_arrow_that_points_down_is_let_through(string from, string to) => Assert.Empty(House.BrokenArrows([Use(from, to)]));

    [Fact]
    public void The_program_is_above_everything()
    {
        Assert.Empty(House.BrokenArrows([new TypeUse(new CodeType("", "Program"), new CodeType("AuthServer.Commands", "X"))]));
        Assert.Single(House.BrokenArrows([new TypeUse(new CodeType("AuthServer.Commands", "X"), new CodeType("", "Program"))]));
    }

    [Fact]
    public void A_circle_of_rooms_is_found() => Assert.Contains("Audit -> Keys -> Audit", Assert.Single(House.CyclesBetweenRooms(
        [Use("Keys", "Data"), Use("Keys", "Audit"), Use("Audit", "Keys")])), StringComparison.Ordinal);

    [Fact]
    public void A_circle_of_sub_folders_is_found_even_over_three()
    {
        TypeUse[] uses = [Use("Protocol.Token", "Protocol.Claims"), Use("Protocol.Claims", "Protocol.Errors"), Use(
            "Protocol.Errors", "Protocol.Token")];
        Assert.Single(House.CyclesBetweenSubfolders(uses));
        Assert.Empty(House.CyclesBetweenSubfolders(uses[..2]));
    }

    [Fact]
    public void A_sub_folder_that_uses_the_root_of_its_wing_is_found()
    {
        var routes = new CodeType("AuthServer.Accounts", "AccountsRoutes");
        var answers = new CodeType("AuthServer.Accounts", "PageAnswers");
        var page = new CodeType("AuthServer.Accounts.SignIn", "SignInPages");
        TypeUse[] allowed = [new(routes, page), new(page, answers), new(routes, answers)];
        Assert.Empty(House.SubfoldersThatUseTheirRoot(allowed));
        Assert.Single(House.SubfoldersThatUseTheirRoot([.. allowed, new(page, routes)]));
        Assert.Single(House.SubfoldersThatUseTheirRoot([.. allowed, new(answers, routes)]));
        Assert.Empty(House.SubfoldersThatUseTheirRoot([Use("Data", "Data.Migrations"), Use("Data.Migrations", "Data")]));
    }

    [Fact]
    public void An_unknown_room_is_found() => Assert.Single(House.UnknownRooms(["Keys", "Cellar"]));

    [Theory]
    [InlineData("src/AuthServer/Common")]
    [InlineData("src/AuthServer/Users/Helpers")]
    [InlineData("src/ResourceApi/Services")]
    public void A_room_for_everything_is_found(string folder) => Assert.Single(House.ForbiddenRoomNames([folder, "src/AuthServer/Keys"]));

    [Theory]
    [InlineData("SessionManager")]
    [InlineData("Cache`1", false)]
    [InlineData("TokenProcessor`2")]
    [InlineData("ClientInfo")]
    [InlineData("UserInfoEndpoint", false)]
    [InlineData("MailService")]
    public void A_name_that_says_nothing_is_found(string name, bool found = true) =>
        Assert.Equal(found, House.ForbiddenTypeNames([new CodeType("AuthServer.Users", name)], new Dictionary<string, string>()).Any());

    [Fact]
    public void A_name_on_the_list_of_exceptions_is_let_through() => Assert.Empty(House.ForbiddenTypeNames(
        [new CodeType("AuthServer.Users", "XManager")], new Dictionary<string,
            string> { ["AuthServer.Users.XManager"] = "the framework's word" }));

    [Fact]
    public void A_file_of_301_lines_is_found() => Assert.Single(Sources.TooLong(
        [new SourceFile("a.cs", new string[Sources.LineLimit + 1]), new SourceFile("b.cs", new string[Sources.LineLimit])]));

    [Fact]
    public void A_line_of_141_characters_is_found() => Assert.Single(Sources.TooWide(
        [new SourceFile("a.cs", [new('x', Sources.WidthLimit), new('x', Sources.WidthLimit + 1)])]));

    [Fact]
    public void A_namespace_that_is_not_the_folder_is_found() => Assert.Single(Sources.Misplaced(
        [new SourceFile("src/AuthServer/Keys/A.cs", ["namespace AuthServer.Users;"]), new SourceFile(
            "src/AuthServer/Keys/B.cs", ["namespace AuthServer.Keys;"])],
        "AuthServer"));

    [Theory]
    [InlineData("using AuthServer.Users;")]
    [InlineData("using static AuthServer.Users.Names;")]
    [InlineData("using Alias = AuthServer.Users.Names;")]
    public void A_use_of_nothing_but_a_constant_is_found_by_its_using_line(string line) => Assert.Single(House.BrokenArrows(
        Sources.Usings([new SourceFile("src/AuthServer/Keys/A.cs", ["using System.Text;", line, "", "namespace AuthServer.Keys;"])])));

    [Fact]
    public void The_clock_of_the_machine_is_found() =>
        Assert.Single(ForbiddenMembers.In(["System.DateTime.get_UtcNow", "System.Guid.CreateVersion7"]));

    [Fact]
    public void Uses_are_read_from_every_place_where_a_type_can_stand()
    {
        var uses = TypeUses.Of(typeof(PlantedViolationTests).Assembly.Location)
            .Where(use => use.From.Namespace == Planted + "Lower" && use.To.Namespace == Planted + "Upper")
            .Select(use => $"{use.From.Name} {use.To.Name}").Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "CallsAfterAwait Tool", "CallsGeneric Amount", "Catches RefusedException", "HoldsField Amount", "Implements IMark",
                "Inherits Base", "IsMarked MarkAttribute", "Switches Tool", "TakesParameter Amount",
            ],
            uses);
    }

    [Fact]
    public void Members_of_other_assemblies_are_read() => Assert.Contains(
        "System.Threading.Tasks.Task.Yield", TypeUses.OutsideMembers(typeof(PlantedViolationTests).Assembly.Location));

    [Fact]
    public void The_assemblies_that_are_read_are_the_built_ones() => Assert.True(
        TypeUses.Of(Path.Combine(AppContext.BaseDirectory, "AuthServer.dll")).Count > 100 && Sources.Under("src/AuthServer").Count() > 10);

    private static TypeUse Use(string from, string to) =>
        new(new CodeType("AuthServer." + from, "A"), new CodeType("AuthServer." + to, "B"));
}
