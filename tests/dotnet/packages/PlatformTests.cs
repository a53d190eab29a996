using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Each platform's library has one place in the package, and one in what is built with it.</summary>
public sealed class PlatformTests(SeveralPlatforms package) : IClassFixture<SeveralPlatforms>
{
    private static readonly string[] BesideTheAssembly = ["sonoran_net.dll"];

    [Fact]
    public void The_package_has_each_library_once_in_its_place() =>
        Assert.Equal(SeveralPlatforms.Libraries.ToDictionary(library => library), package.Natives());

    [Fact]
    public void The_package_has_its_page_and_its_icon()
    {
        Assert.Contains("README.md", package.Files());
        Assert.Contains("icon.png", package.Files());
    }

    [Fact]
    public async Task A_program_for_NET_Framework_gets_the_one_for_Windows_beside_it_and_the_others_for_Mono()
    {
        var others = SeveralPlatforms.Libraries.Where(library => !library.Contains("win-x64"));
        Assert.Equal(others.Concat(BesideTheAssembly), await Copied("net472"));
    }

    [Fact]
    public async Task A_program_for_NET_Framework_that_names_its_platform_gets_that_one_alone()
    {
        Assert.Empty(await Copied("net472", "-p:RuntimeIdentifier=win-x64"));
        Assert.Equal(["runtimes/win-x64/native/sonoran_net.dll"], await Chosen("net472", "win-x64"));
    }

    [Fact]
    public async Task A_program_for_NET_gets_no_copies_beside_those_that_the_SDK_makes() =>
        Assert.Empty(await Copied("net8.0"));

    [Theory]
    [InlineData("linux-x64", "runtimes/linux-x64/native/libsonoran_net.so")]
    [InlineData("linux-musl-arm64", "runtimes/linux-musl-arm64/native/libsonoran_net.so")]
    [InlineData("osx-x64", "runtimes/osx-x64/native/libsonoran_net.dylib")]
    public async Task A_program_for_NET_that_names_its_platform_gets_that_one_alone(string platform, string library) =>
        Assert.Equal([library], await Chosen("net8.0", platform));

    /// <summary>Where the files go that the package's targets copy.</summary>
    private async Task<IEnumerable<string>> Copied(string framework, params string[] more) =>
        Ordered(await Evaluate(framework, ["-getTargetResult:GetCopyToOutputDirectoryItems", .. more]), "TargetPath");

    /// <summary>The files of the package that the SDK copies beside the program.</summary>
    private async Task<IEnumerable<string>> Chosen(string framework, string platform) =>
        Ordered(
            await Evaluate(framework, ["-target:ResolvePackageAssets", "-getItem:NativeCopyLocalItems", "-getItem:None", $"-p:RuntimeIdentifier={platform}"]),
            "PathInPackage");

    private static IEnumerable<string> Ordered(JsonElement found, string what) =>
        Named(found, what).Where(name => name.Contains("sonoran_net")).Select(name => name.Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Named(JsonElement found, string what) => found.ValueKind switch
    {
        JsonValueKind.Object => found.EnumerateObject().SelectMany(
            member => member.Name == what ? [member.Value.GetString()!] : Named(member.Value, what)),
        JsonValueKind.Array => found.EnumerateArray().SelectMany(item => Named(item, what)),
        _ => [],
    };

    private async Task<JsonElement> Evaluate(string framework, params string[] arguments)
    {
        using var project = new Scratch();
        project.Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>{framework}</TargetFramework>
                <!-- Nothing is compiled. -->
                <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
                <AutomaticallyUseReferenceAssemblyPackages>false</AutomaticallyUseReferenceAssemblyPackages>
                <SelfContained>false</SelfContained>
                <UseAppHost>false</UseAppHost>
                <RestoreSources Condition="'$(SONORAN_NUGET_SOURCE)' != ''">$(SONORAN_NUGET_SOURCE)</RestoreSources>
                <RestoreAdditionalProjectSources>{package.Folder}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Sonoran.Net" Version="{SeveralPlatforms.Version}" />
              </ItemGroup>
            </Project>
            """);
        return JsonDocument.Parse(await Dotnet.Run(project.Folder, ["msbuild", "-restore", "-nologo", .. arguments])).RootElement;
    }
}
