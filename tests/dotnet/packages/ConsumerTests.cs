using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What the compiler and its analyzers tell a program that uses the package.</summary>
public sealed partial class ConsumerTests
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net$([System.Environment]::Version.Major).0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <AnalysisMode>All</AnalysisMode>
            <IsAotCompatible>true</IsAotCompatible>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Sonoran.Net" Version="*" />
          </ItemGroup>
        </Project>
        """;

    private const string Right = """
        using System.Diagnostics;
        using Sonoran;
        using Sonoran.Types;

        namespace Strict;

        /// <summary>A panel.</summary>
        /// <param name="sonoran">Its client.</param>
        internal sealed class Panel(ISonoranClient sonoran)
        {
            /// <summary>Something of the framework's, beside a record that was called so.</summary>
            internal Activity? Trace { get; set; }

            internal static Panel Over(ISonoranClient sonoran) => new(sonoran);

            internal static ISonoranClient Client(string key) =>
                new SonoranClient(new SonoranClientOptions { ApiKey = key, CommunityId = "mine", Timeout = TimeSpan.FromSeconds(5) });

            internal async Task<string> Rename(Guid id, string name, CancellationToken token)
            {
                var renamed = await sonoran.Cms.setAccountNameV2(id, new SetAccountNamePayload { newName = name }, cancellationToken: token).ConfigureAwait(false);
                if (!renamed.Success)
                {
                    return renamed.Error.Kind == SonoranErrorKind.NotFound ? renamed.Reason : renamed.Error.Operation;
                }

                var account = await sonoran.Cms.getAccountV2(id, new SonoranCallOptions { Retries = 0 }, token).ConfigureAwait(false);
                return account.success ? account.value.accName + account.value.joinDate.Year + account.value.ranks.Count + account.data?.ValueKind : account.reason;
            }

            internal async Task<long> Count(CancellationToken token)
            {
                var found = 0L;
                var walk = sonoran.Walk.getAccountsV2(new GetAccountsQuery { banned = false });
                await foreach (var (account, response) in sonoran.Map(walk, (account, end) => sonoran.Cms.getAccountRanksV2(account.accId, cancellationToken: end), cancellationToken: token).ConfigureAwait(false))
                {
                    found += response.unwrap().Count + account.accName.Length;
                }

                var points = (await sonoran.Cms.getDisciplinaryPointsV2(Guid.Empty, cancellationToken: token).ConfigureAwait(false)).unwrap();
                return found + (long)points;
            }
        }
        """;

    private const string Application = """
        using Microsoft.AspNetCore.Builder;
        using Sonoran;
        using Sonoran.AspNetCore;
        using Sonoran.Types;

        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSonoran(builder.Configuration.GetSection("Sonoran"));
        builder.Services.AddSonoran("blue", options => (options.ApiKey, options.CommunityId) = ("key", "blue")).Configure(options => options.Retries = 1);
        builder.Services.AddSonoranEvents<Strict.Farewell>();
        builder.Services.AddHealthChecks().AddSonoran().AddSonoran("blue");
        var app = builder.Build();
        app.MapSonoranEvents(options => (options.MaxQueue, options.OnUnknown) = (100, (unknown, token) => Task.CompletedTask));
        app.MapGet("/members/{id:guid}", async (Guid id, [FromKeyedServices("blue")] ISonoranClient sonoran, CancellationToken token) =>
        {
            var found = await sonoran.Cms.getAccountV2(id, cancellationToken: token).ConfigureAwait(false);
            return found.Success ? Results.Ok(found.Value.accName) : Results.Problem(found.Reason, statusCode: found.Error.Kind == SonoranErrorKind.NotFound ? 404 : 502);
        });
        await app.RunAsync().ConfigureAwait(false);

        namespace Strict
        {
            /// <summary>Whoever is kicked is no longer on duty.</summary>
            internal sealed class Farewell(ISonoranClient sonoran) : ISonoranEventReceiver
            {
                public async Task Handle(SonoranEvent received, CancellationToken cancellationToken)
                {
                    if (received is AccountKickedEvent { AccountId: { } id })
                    {
                        var payload = new ClockAccountPayload { intention = ClockAccountPayload.IntentionValues.Out };
                        (await sonoran.Cms.clockAccountV2(id, payload, cancellationToken: cancellationToken).ConfigureAwait(false)).Unwrap();
                    }
                }
            }
        }
        """;

    // Each line with the error that it is.
    private const string Wrong = """
        using Sonoran;
        using Sonoran.Types;

        internal static class Wrong
        {
            internal static async Task Do(SonoranClient sonoran, string id, SetAccountNamePayload payload, CancellationToken token)
            {
                await sonoran.Cms.getCommunityV2(token); // CS1503
                await sonoran.Cms.setAccountNameV2(id, payload, token); // CS1503
                await sonoran.Cms.getAccountV2(id, payload); // CS1503
                _ = new SetAccountNamePayload(); // CS9035
                var response = await sonoran.Cms.getAccountV2(id);
                Console.WriteLine(response.value.accName); // CS8602
                Console.WriteLine(response.error.kind); // CS8602
                if (response.success)
                {
                    Console.WriteLine(response.value.lastLogin.Year); // CS1061
                    Console.WriteLine(response.data.Value.ValueKind); // CS8629
                }
                await sonoran.Cms.renameAccountV2(id); // CS1061
            }
        }
        """;

    private const string Library = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>netstandard2.0</TargetFramework>
            <LangVersion>12</LangVersion>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Sonoran.Net" Version="*" />
          </ItemGroup>
        </Project>
        """;

    // No service is there, which is an answer, too.
    private const string First = """
        using System.Threading.Tasks;
        using Sonoran;

        namespace Library
        {
            public static class First
            {
                public static async Task<string> Account()
                {
                    var options = new SonoranClientOptions { apiKey = "k", communityId = "c", apiUrl = "http://127.0.0.1:1", retries = 0 };
                    using (var sonoran = new SonoranClient(options))
                    {
                        try
                        {
                            await foreach (var account in sonoran.Walk.getAccountsV2())
                            {
                                return account.accName;
                            }
                        }
                        catch (SonoranError error)
                        {
                            return error.GetType().Name;
                        }

                        return "nobody";
                    }
                }
            }
        }
        """;

    private static string[] Sources => [
        $"-p:RestoreAdditionalProjectSources={Scratch.Dist}",
        .. Environment.GetEnvironmentVariable("SONORAN_NUGET_SOURCE") is { } feed ? [$"-p:RestoreSources={feed}"] : Array.Empty<string>()];

    [Fact]
    public async Task A_strict_program_sees_no_warning()
    {
        using var scratch = Of("Panel.cs", Right);
        await Build(scratch);
    }

    [Fact]
    public async Task A_strict_application_sees_no_warning()
    {
        using var scratch = new Scratch();
        scratch.Write("Application.csproj", Project
            .Replace("Sdk=\"Microsoft.NET.Sdk\"", "Sdk=\"Microsoft.NET.Sdk.Web\"")
            .Replace("<PackageReference Include=\"Sonoran.Net\" Version=\"*\" />", "<PackageReference Include=\"Sonoran.Net.AspNetCore\" Version=\"*\" /><PackageReference Include=\"Sonoran.Net.DependencyInjection\" Version=\"*\" />")
            // The analyzer sees no class being made that a container makes, of whichever library; and what ASP.NET maps is of no concern here.
            .Replace("<IsAotCompatible>true</IsAotCompatible>", "<NoWarn>$(NoWarn);CA1812</NoWarn>"));
        scratch.Write("Program.cs", Application);
        await Build(scratch);
    }

    [Fact]
    public async Task What_is_wrong_does_not_compile()
    {
        using var scratch = Of("Wrong.cs", Wrong);
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => Build(scratch, "-p:AnalysisMode=None", "-p:IsAotCompatible=false"));
        var expected = Wrong.Split('\n').Select((line, at) => (Line: at + 1, Code: Comment().Match(line).Groups[1].Value)).Where(each => each.Code.Length > 0);
        var found = Error().Matches(failed.Message).Select(match => (int.Parse(match.Groups[1].Value), match.Groups[2].Value)).Distinct().Order();
        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task A_library_for_netstandard_walks_in_a_program_of_today()
    {
        using var scratch = new Scratch();
        scratch.Write("library/Library.csproj", Library);
        scratch.Write("library/First.cs", First);
        scratch.Write("program/Program.csproj", Project
            .Replace("<PackageReference Include=\"Sonoran.Net\" Version=\"*\" />", "<ProjectReference Include=\"../library/Library.csproj\" />")
            .Replace("<AnalysisMode>All</AnalysisMode>", "<OutputType>Exe</OutputType>"));
        scratch.Write("program/Program.cs", "Console.WriteLine(await Library.First.Account());");
        var printed = await Dotnet.Run(scratch.Folder, ["run", "--project", "program", .. Sources]);
        Assert.EndsWith("ConnectError", printed.TrimEnd());
    }

    [Fact]
    public async Task A_single_file_has_the_native_library_inside_or_beside_it()
    {
        using var scratch = new Scratch();
        scratch.Write("library/First.cs", First);
        scratch.Write("Program.csproj", Project.Replace("<AnalysisMode>All</AnalysisMode>", "<OutputType>Exe</OutputType>").Replace("<IsAotCompatible>true</IsAotCompatible>", ""));
        scratch.Write("Program.cs", "Console.WriteLine(await Library.First.Account());");
        foreach (var isInside in new[] { false, true })
        {
            var folder = Path.Combine(scratch.Folder, $"published-{isInside}");
            await Dotnet.Run(scratch.Folder, [
                "publish", "--nologo", "--verbosity", "quiet", "--use-current-runtime", "--self-contained", "false", "--output", folder,
                // The analyzer would have the runtime's own pack fetched.
                "-p:PublishSingleFile=true", "-p:EnableSingleFileAnalyzer=false", "-p:DebugType=none", $"-p:IncludeNativeLibrariesForSelfExtract={isInside}", .. Sources]);
            var files = Directory.GetFiles(folder).Select(Path.GetFileName).ToList();
            Assert.Equal(isInside ? 1 : 2, files.Count);
            Assert.Equal(!isInside, files.Exists(file => file!.Contains("sonoran_net")));
            var start = new ProcessStartInfo(Path.Combine(folder, files.Single(file => !file!.Contains("sonoran_net"))!)) { RedirectStandardOutput = true };
            // Where files that are inside are put.
            start.Environment["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = scratch.Folder;
            using var process = Process.Start(start)!;
            Assert.Equal("ConnectError", (await process.StandardOutput.ReadToEndAsync()).TrimEnd());
            await process.WaitForExitAsync();
        }
    }

    private static Scratch Of(string file, string code)
    {
        var scratch = new Scratch();
        scratch.Write("Consumer.csproj", Project);
        scratch.Write(file, code);
        return scratch;
    }

    private static Task<string> Build(Scratch scratch, params string[] more) => Dotnet.Run(scratch.Folder, [
        "build", "--nologo", "--verbosity", "quiet", .. Sources, .. more]);

    [GeneratedRegex(@"// (CS\d+)")]
    private static partial Regex Comment();

    [GeneratedRegex(@"Wrong\.cs\((\d+),\d+\): error (\w+)")]
    private static partial Regex Error();
}
