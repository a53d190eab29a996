using System.IO.Compression;
using System.Xml.Linq;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What the package itself says.</summary>
public sealed class PackageTests
{
    [Fact]
    public void It_asks_for_its_own_version_of_the_client_and_no_other()
    {
        var file = Assert.Single(Directory.GetFiles(Emulator.Needed("SONORAN_DIST"), "Sonoran.Net.AspNetCore.*.nupkg"));
        using var package = ZipFile.OpenRead(file);
        using var written = package.GetEntry("Sonoran.Net.AspNetCore.nuspec")!.Open();
        var elements = XDocument.Load(written).Descendants().ToList();
        var version = elements.Single(element => element.Name.LocalName == "version").Value;
        var dependency = elements.Single(element => element.Name.LocalName == "dependency");
        Assert.Equal(("Sonoran.Net", $"[{version}]"), ((string)dependency.Attribute("id")!, (string)dependency.Attribute("version")!));
    }
}
