using System.Xml.Linq;

namespace AuthServer.UnitTests.Architecture;

/// <summary>The built code against ARCHITECTURE section 2.</summary>
public sealed class RoomTests
{
    private static readonly string Server = Assembly("AuthServer");
    private static readonly string Ui = Assembly("AuthServer.Ui");
    private static readonly IReadOnlyCollection<TypeUse> Uses = [.. TypeUses.Of(Server), .. Sources.Usings(
        Sources.Under("src/AuthServer"))];

    /// <summary>Types that may end in a word which is otherwise no name. The reason stands beside each.</summary>
    private static readonly Dictionary<string, string> AllowedNames = [];

    [Fact]
    public void A_room_uses_only_the_rows_below_it() => None(House.BrokenArrows(Uses));

    [Fact]
    public void No_rooms_use_each_other_in_a_circle() => None(House.CyclesBetweenRooms(Uses));

    [Fact]
    public void No_sub_folders_of_a_room_use_each_other_in_a_circle() => None(House.CyclesBetweenSubfolders(Uses));

    [Fact]
    public void The_root_of_a_wing_imports_its_sub_folders_and_never_the_reverse() => None(House.SubfoldersThatUseTheirRoot(Uses));

    [Fact]
    public void Every_room_is_one_of_the_plan() => None(House.UnknownRooms(
        TypeUses.Declared(Server).Select(House.RoomOf).OfType<string>().Distinct()));

    [Fact]
    public void No_folder_is_a_place_for_everything() => None(House.ForbiddenRoomNames(
        Sources.All.Select(file => Path.GetDirectoryName(file.Path)!).Distinct()));

    [Fact]
    public void A_namespace_is_the_folder() => None(
        Sources.Misplaced(Sources.Under("src/AuthServer"), "AuthServer").Concat(
            Sources.Misplaced(Sources.Under("src/AuthServer.Ui"), "AuthServer.Ui")).Concat(
            Sources.Misplaced(Sources.Under("src/ResourceApi"), "ResourceApi")));

    [Fact]
    public void No_type_is_named_by_a_word_that_says_nothing() => None(House.ForbiddenTypeNames(
        TypeUses.Declared(Server).Concat(TypeUses.Declared(Ui))
            .Where(t => t.Namespace.StartsWith("AuthServer", StringComparison.Ordinal)), AllowedNames));

    [Fact]
    public void A_hand_written_file_can_be_read_in_one_go() => None(Sources.TooLong(Sources.All));

    [Fact]
    public void A_line_of_code_can_be_read_without_scrolling() => None(Sources.TooWide(
        Sources.All.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal))));

    [Fact]
    public void The_pages_know_nothing_of_the_server()
    {
        Assert.DoesNotContain("AuthServer", TypeUses.ReferencedAssemblies(Ui));
        None(ProjectReferences("AuthServer.Ui"));
    }

    [Fact]
    public void The_resource_api_knows_the_server_over_http_only() => None(ProjectReferences("ResourceApi"));

    [Fact]
    public void Time_ids_and_randomness_come_from_where_tests_and_secrets_need_them() => None(
        ForbiddenMembers.In(TypeUses.OutsideMembers(Server).Concat(TypeUses.OutsideMembers(Ui))));

    /// <summary>Shows every violation whole; Assert.Empty would cut them short.</summary>
    private static void None(IEnumerable<string?> violations)
    {
        var text = string.Join('\n', violations.Order(StringComparer.Ordinal));
        Assert.True(text.Length == 0, text);
    }

    private static string Assembly(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    private static IEnumerable<string?> ProjectReferences(string project) =>
        XDocument.Load(Path.Combine(Sources.Root, "src", project, project + ".csproj"))
            .Descendants("ProjectReference").Select(reference => (string?)reference.Attribute("Include"));
}
