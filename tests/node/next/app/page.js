export default function Page() {
  return <p>It calls from its server.</p>;
}
