/**
 * What the image holds beside its base, in CycloneDX, for scanners and for people who have to list it. The base image
 * has a list of its own.
 */
export function softwareBill(project, components) {
  const licensed = ({ license }) => (license === undefined ? {} : { licenses: [{ license: { id: license } }] });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: { type: 'application', name: project.name, version: project.version, ...licensed(project) },
    },
    components: components.map((component) => {
      const { name, version, purl } = component;
      return { type: 'library', 'bom-ref': purl, name, version, purl, ...licensed(component) };
    }),
  };
}
