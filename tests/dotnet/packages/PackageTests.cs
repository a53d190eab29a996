using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What the packages say of themselves.</summary>
public sealed class PackageTests
{
    /// <summary>What portable symbols keep the addresses of sources by.</summary>
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    [Theory]
    [InlineData("Sonoran.Net")]
    [InlineData("Sonoran.Net.AspNetCore")]
    [InlineData("Sonoran.Net.DependencyInjection")]
    [InlineData("Sonoran.Net.Testing")]
    public void Each_says_where_it_comes_from(string name)
    {
        using var package = Opened(name, "nupkg");
        using var written = package.GetEntry($"{name}.nuspec")!.Open();
        var elements = XDocument.Load(written).Descendants().ToLookup(element => element.Name.LocalName);
        Assert.Equal("MIT OR Apache-2.0", elements["license"].Single().Value);
        Assert.StartsWith("https://", elements["projectUrl"].Single().Value);
        Assert.StartsWith("https://", (string)elements["repository"].Single().Attribute("url")!);
        Assert.EndsWith("CHANGELOG.md", elements["releaseNotes"].Single().Value);
        foreach (var file in new[] { elements["icon"].Single().Value, elements["readme"].Single().Value })
        {
            Assert.NotNull(package.GetEntry(file));
        }

        Assert.All(package.Entries.Where(entry => entry.Name == $"{name}.dll"), entry => Assert.NotNull(package.GetEntry(Path.ChangeExtension(entry.FullName, "xml"))));
    }

    [Fact]
    public void What_its_netstandard_part_speaks_of_comes_with_the_others()
    {
        using var package = Opened("Sonoran.Net", "nupkg");
        using var written = package.GetEntry("Sonoran.Net.nuspec")!.Open();
        var groups = XDocument.Load(written).Descendants().Where(element => element.Name.LocalName == "group").ToList();
        Assert.Equal(["net8.0", ".NETStandard2.0"], groups.Select(group => (string?)group.Attribute("targetFramework")));
        Assert.All(groups, group => Assert.Contains(group.Elements(), each => (string?)each.Attribute("id") == "Microsoft.Bcl.AsyncInterfaces"));
    }

    [Theory]
    [InlineData("Sonoran.Net")]
    [InlineData("Sonoran.Net.AspNetCore")]
    [InlineData("Sonoran.Net.DependencyInjection")]
    [InlineData("Sonoran.Net.Testing")]
    public void Its_symbols_name_no_path_of_the_machine_that_built_it(string name)
    {
        using var package = Opened(name, "snupkg");
        var symbols = package.Entries.Where(entry => entry.Name == $"{name}.pdb").ToList();
        Assert.NotEmpty(symbols);
        foreach (var entry in symbols)
        {
            using var content = Content(entry);
            using var provider = MetadataReaderProvider.FromPortablePdbStream(content);
            var reader = provider.GetMetadataReader();
            Assert.All(reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)), path => Assert.StartsWith("/_", path));
        }
    }

    [Theory]
    [InlineData("Sonoran.Net")]
    [InlineData("Sonoran.Net.AspNetCore")]
    [InlineData("Sonoran.Net.DependencyInjection")]
    [InlineData("Sonoran.Net.Testing")]
    public void Its_assemblies_say_that_the_same_sources_give_them_again(string name)
    {
        using var package = Opened(name, "nupkg");
        foreach (var entry in package.Entries.Where(entry => entry.Name == $"{name}.dll"))
        {
            using var assembly = new PEReader(Content(entry));
            Assert.Contains(assembly.ReadDebugDirectory(), each => each.Type == DebugDirectoryEntryType.Reproducible);
        }
    }

    [Theory]
    [InlineData("Sonoran.Net")]
    [InlineData("Sonoran.Net.AspNetCore")]
    [InlineData("Sonoran.Net.DependencyInjection")]
    [InlineData("Sonoran.Net.Testing")]
    public void Its_symbols_lead_to_the_sources_of_the_commit_that_was_built(string name)
    {
        using var package = Opened(name, "nupkg");
        using var written = package.GetEntry($"{name}.nuspec")!.Open();
        var commit = (string?)XDocument.Load(written).Descendants().Single(element => element.Name.LocalName == "repository").Attribute("commit");
        using var symbols = Opened(name, "snupkg");
        foreach (var entry in symbols.Entries.Where(entry => entry.Name == $"{name}.pdb"))
        {
            using var content = Content(entry);
            using var provider = MetadataReaderProvider.FromPortablePdbStream(content);
            var reader = provider.GetMetadataReader();
            var link = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
                .Where(each => reader.GetGuid(each.Kind) == SourceLink)
                .Select(each => Encoding.UTF8.GetString(reader.GetBlobBytes(each.Value)))
                .SingleOrDefault();
            // Built from an archive, there is no commit.
            Assert.Equal(commit is null ? null : $$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/sonoran-sdk/sonoran/{{{commit}}}/*"}}""", link);
        }
    }

    private static MemoryStream Content(ZipArchiveEntry entry)
    {
        using var packed = entry.Open();
        var content = new MemoryStream();
        packed.CopyTo(content);
        content.Position = 0;
        return content;
    }

    private static ZipArchive Opened(string name, string kind) =>
        ZipFile.OpenRead(Assert.Single(Directory.GetFiles(Scratch.Dist, $"{name}.*.{kind}"), file => char.IsAsciiDigit(Path.GetFileName(file)[name.Length + 1])));
}
